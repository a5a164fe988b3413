//! Keeps the lanes of a kernel full: as one stream of blocks ends, the next takes its lane.

/// `WORDS` rows of one word from each of `LANES` chaining values: row 0 holds every lane's `a`.
#[repr(C, align(64))]
pub struct State<const WORDS: usize, const LANES: usize>(pub [[u32; LANES]; WORDS]);

/// A compression function that works on `LANES` independent streams at once.
pub trait Kernel<const WORDS: usize, const LANES: usize> {
    /// Feeds `blocks` blocks of 64 bytes, from each pointer to the lane of the same number.
    ///
    /// # Safety
    /// The processor has the kernel's instructions, and `64 * blocks` bytes are readable at each
    /// pointer.
    unsafe fn compress(state: &mut State<WORDS, LANES>, from: &[*const u8; LANES], blocks: usize);
}

/// A kernel that feeds the same blocks to SHA-1 and to SHA-256: they are read, and put in order for
/// the lanes, once.
pub trait Pair<const LANES: usize>: Kernel<5, LANES> + Kernel<8, LANES> {
    /// Feeds `blocks` blocks of 64 bytes, from each pointer to both lanes of the same number.
    ///
    /// # Safety
    /// As for [`Kernel::compress`].
    unsafe fn compress_both(
        sha1: &mut State<5, LANES>,
        sha256: &mut State<8, LANES>,
        from: &[*const u8; LANES],
        blocks: usize,
    );
}

/// A kernel that feeds the same blocks to several SHA-1 chaining values of each lane: they are read,
/// and their message schedule is worked out, once.
pub trait Sharing<const LANES: usize>: Kernel<5, LANES> {
    /// Feeds `blocks` blocks of 64 bytes, from each pointer to the lane of the same number of each state.
    ///
    /// # Safety
    /// As for [`Kernel::compress`].
    unsafe fn compress_each(
        states: &mut [State<5, LANES>],
        from: &[*const u8; LANES],
        blocks: usize,
    );
}

/// One hash function's ways through a path.
#[derive(Clone, Copy)]
pub struct Ways<const WORDS: usize> {
    pub compress: Compress<WORDS>,
    pub alike: Alike<WORDS>,
    /// Several chaining values fed the same, where that is quicker than one after the other.
    pub each: Option<Each<WORDS>>,
}

impl<const WORDS: usize> Ways<WORDS> {
    /// The ways through the kernel `K`, whose instructions the processor must have.
    pub const fn of<K: Kernel<WORDS, LANES>, const LANES: usize>() -> Self {
        Self {
            compress: compress::<K, WORDS, LANES>,
            alike: alike::<K, WORDS, LANES>,
            each: None,
        }
    }
}

impl Ways<5> {
    /// The same, by a kernel that shares.
    pub const fn sharing<K: Sharing<LANES>, const LANES: usize>() -> Self {
        Self {
            each: Some(each::<K, LANES>),
            ..Self::of::<K, LANES>()
        }
    }
}

/// Feeds every stream's blocks to the chaining values of the same number in each set.
///
/// There are as many streams as lanes, or a multiple, of one length that is a multiple of 64 bytes.
pub type Each<const WORDS: usize> = fn(&mut [&mut [[u32; WORDS]]], &[&[u8]]);

/// The digests of messages from their common starting value and their common last block.
///
/// There are as many messages as lanes, or a multiple, of one length that is a multiple of 64 bytes.
pub type Alike<const WORDS: usize> = fn(&[u32; WORDS], &[&[u8]], &[u8; 64]) -> Vec<[u32; WORDS]>;

/// The SHA-256 digests of such messages, and their blocks fed to SHA-1's chaining values as well.
pub type AlikeBoth = fn(&mut [[u32; 5]], &[u32; 8], &[&[u8]], &[u8; 64]) -> Vec<[u32; 8]>;

/// Feeds every stream's blocks to the chaining value of the same number.
///
/// The slices' lengths are multiples of 64 bytes and need not be equal.
pub type Compress<const WORDS: usize> = fn(&mut [[u32; WORDS]], &[&[u8]], Option<&Narrow<WORDS>>);

/// The path that takes over when few streams are left, because idle lanes cost as much as busy ones.
#[derive(Clone, Copy)]
pub struct Narrow<const WORDS: usize> {
    pub at_most: usize,
    pub compress: Compress<WORDS>,
}

/// One lane's stream: whose it is, and what is left of it.
#[derive(Clone, Copy)]
struct Stream<'a> {
    owner: usize,
    rest: &'a [u8],
}

/// [`Compress`] through the kernel `K`, whose instructions the processor must have.
fn compress<K: Kernel<WORDS, LANES>, const WORDS: usize, const LANES: usize>(
    states: &mut [[u32; WORDS]],
    data: &[&[u8]],
    narrow: Option<&Narrow<WORDS>>,
) {
    assert_eq!(states.len(), data.len());
    let mut waiting = data.iter().enumerate().filter(|(_, rest)| {
        assert_eq!(rest.len() % 64, 0, "only whole blocks can be compressed");
        !rest.is_empty()
    });
    let mut state = State([[0; LANES]; WORDS]);
    let mut lanes: [Option<Stream>; LANES] = [None; LANES];
    loop {
        for (number, lane) in lanes
            .iter_mut()
            .enumerate()
            .filter(|(_, lane)| lane.is_none())
        {
            let Some((owner, rest)) = waiting.next() else {
                break;
            };
            *lane = Some(Stream { owner, rest });
            put(&mut state, number, &states[owner]);
        }
        let mut busy = lanes.iter().flatten();
        let Some(&first) = busy.next() else { return };
        let (shortest, count) = busy.fold((first.rest.len(), 1), |(least, n), lane| {
            (least.min(lane.rest.len()), n + 1)
        });

        if let Some(narrow) = narrow.filter(|narrow| count <= narrow.at_most && count < LANES) {
            for (number, stream) in lanes.iter().enumerate() {
                if let Some(Stream { owner, .. }) = stream {
                    states[*owner] = take(&state, number);
                }
            }
            return finish(states, &lanes, narrow);
        }

        // An idle lane reads what a busy one reads: its result is thrown away.
        let from = lanes.map(|lane| lane.unwrap_or(first).rest.as_ptr());
        // SAFETY: every pointer starts a slice of at least `shortest` bytes, and a path is only
        // reached through `lanes::paths`, which lists those the processor has.
        unsafe { K::compress(&mut state, &from, shortest / 64) };

        for (number, lane) in lanes.iter_mut().enumerate() {
            if let Some(stream) = lane {
                stream.rest = &stream.rest[shortest..];
                if stream.rest.is_empty() {
                    states[stream.owner] = take(&state, number);
                    *lane = None;
                }
            }
        }
    }
}

/// [`Alike`] through the kernel `K`, whose instructions the processor must have.
fn alike<K: Kernel<WORDS, LANES>, const WORDS: usize, const LANES: usize>(
    initial: &[u32; WORDS],
    messages: &[&[u8]],
    last: &[u8; 64],
) -> Vec<[u32; WORDS]> {
    let blocks = blocks_of::<LANES>(messages);
    let mut digests = Vec::with_capacity(messages.len());
    for group in messages.chunks_exact(LANES) {
        let mut state = State(initial.map(|word| [word; LANES]));
        // SAFETY: every pointer starts a slice of `blocks` blocks, and a path is only reached through
        // `lanes::paths`, which lists those the processor has.
        unsafe {
            K::compress(&mut state, &starts(group), blocks);
            K::compress(&mut state, &[last.as_ptr(); LANES], 1);
        }
        digests.extend((0..LANES).map(|lane| take(&state, lane)));
    }
    digests
}

/// [`AlikeBoth`] through the kernel `K`, whose instructions the processor must have.
pub fn alike_both<K: Pair<LANES>, const LANES: usize>(
    sha1: &mut [[u32; 5]],
    initial: &[u32; 8],
    messages: &[&[u8]],
    last: &[u8; 64],
) -> Vec<[u32; 8]> {
    assert_eq!(sha1.len(), messages.len());
    let blocks = blocks_of::<LANES>(messages);
    let mut digests = Vec::with_capacity(messages.len());
    for (group, chained) in messages
        .chunks_exact(LANES)
        .zip(sha1.chunks_exact_mut(LANES))
    {
        let mut narrow = State([[0; LANES]; 5]);
        let mut wide = State(initial.map(|word| [word; LANES]));
        for (lane, words) in chained.iter().enumerate() {
            put(&mut narrow, lane, words);
        }
        // SAFETY: as in `alike`.
        unsafe {
            K::compress_both(&mut narrow, &mut wide, &starts(group), blocks);
            <K as Kernel<8, LANES>>::compress(&mut wide, &[last.as_ptr(); LANES], 1);
        }
        for (lane, words) in chained.iter_mut().enumerate() {
            *words = take(&narrow, lane);
        }
        digests.extend((0..LANES).map(|lane| take(&wide, lane)));
    }
    digests
}

/// [`Each`] through the kernel `K`, whose instructions the processor must have.
fn each<K: Sharing<LANES>, const LANES: usize>(sets: &mut [&mut [[u32; 5]]], data: &[&[u8]]) {
    let blocks = blocks_of::<LANES>(data);
    assert!(sets.iter().all(|set| set.len() == data.len()));
    for (number, group) in data.chunks_exact(LANES).enumerate() {
        let lanes = number * LANES..(number + 1) * LANES;
        let mut states: Vec<_> = sets
            .iter()
            .map(|set| {
                let mut state = State([[0; LANES]; 5]);
                for (lane, words) in set[lanes.clone()].iter().enumerate() {
                    put(&mut state, lane, words);
                }
                state
            })
            .collect();
        // SAFETY: as in `alike`.
        unsafe { K::compress_each(&mut states, &starts(group), blocks) };
        for (set, state) in sets.iter_mut().zip(&states) {
            for (lane, words) in set[lanes.clone()].iter_mut().enumerate() {
                *words = take(state, lane);
            }
        }
    }
}

/// How many blocks each of the messages has, which fill all lanes and are of one length.
fn blocks_of<const LANES: usize>(messages: &[&[u8]]) -> usize {
    assert!(
        messages.len().is_multiple_of(LANES),
        "every lane needs a message"
    );
    let length = messages.first().map_or(0, |message| message.len());
    assert!(length.is_multiple_of(64) && messages.iter().all(|message| message.len() == length));
    length / 64
}

fn starts<const LANES: usize>(group: &[&[u8]]) -> [*const u8; LANES] {
    std::array::from_fn(|lane| group[lane].as_ptr())
}

/// Hands the streams that are left to the narrow path.
fn finish<const WORDS: usize, const LANES: usize>(
    states: &mut [[u32; WORDS]],
    lanes: &[Option<Stream>; LANES],
    narrow: &Narrow<WORDS>,
) {
    let streams: Vec<Stream> = lanes.iter().flatten().copied().collect();
    let mut left: Vec<_> = streams.iter().map(|stream| states[stream.owner]).collect();
    let rest: Vec<_> = streams.iter().map(|stream| stream.rest).collect();
    (narrow.compress)(&mut left, &rest, None);
    for (stream, state) in streams.iter().zip(left) {
        states[stream.owner] = state;
    }
}

fn put<const WORDS: usize, const LANES: usize>(
    state: &mut State<WORDS, LANES>,
    lane: usize,
    words: &[u32; WORDS],
) {
    for (row, word) in state.0.iter_mut().zip(words) {
        row[lane] = *word;
    }
}

fn take<const WORDS: usize, const LANES: usize>(
    state: &State<WORDS, LANES>,
    lane: usize,
) -> [u32; WORDS] {
    state.0.map(|row| row[lane])
}
