//! BEP 3's grammar, checked without building anything and without recursion.
//!
//! As loose as libtorrent, so that torrents in the wild keep their identity: keys in any order,
//! leading zeros, and bytes after the end are taken.

use std::ops::Range;

/// What is wrong, and at which byte.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    pub what: String,
    pub offset: usize,
}

/// How far a hostile torrent gets.
#[derive(Clone, Copy)]
pub struct Limits {
    /// How deep lists and dictionaries nest, the outermost one counted.
    pub depth: usize,
    /// How many values there are, keys counted.
    pub values: usize,
}

/// What 64 bits can need, and one digit more, which libtorrent takes too.
const MOST_DIGITS: usize = 20;

const DICTIONARY: &[u8] = b"d";
const INFO: &[u8] = b"info";

/// What stands at an offset.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// A string, and where its first byte is.
    String(usize),
    Integer,
    List,
    Dictionary,
    End,
}

/// What an open list or dictionary takes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Item,
    Key,
    Value,
}

/// Where the value of `info` lies in the dictionary that `data` begins with.
pub fn info_span(data: &[u8], limits: Limits) -> Result<Range<usize>, Broken> {
    if !data.starts_with(DICTIONARY) {
        let what = if data.is_empty() {
            "there is nothing"
        } else {
            "no dictionary begins"
        };
        return Err(broken(what, 0));
    }
    let mut span = None;
    let mut nesting = vec![Next::Key];
    let mut values = 1;
    let mut at = 1;
    // Where the value begins that ends when the nesting is back at one.
    let mut info = None;
    while let Some(expected) = nesting.last_mut() {
        let (token, end) = token(data, at)?;
        values += usize::from(token != Token::End);
        if values > limits.values {
            let what = format!("there are more than {} values", limits.values);
            return Err(broken(&what, at));
        }
        match (token, *expected) {
            (Token::Integer | Token::List | Token::Dictionary, Next::Key) => {
                return Err(broken("a key is not a string", at));
            }
            (Token::End, Next::Value) => return Err(broken("no value begins", at)),
            (Token::End, _) => {
                nesting.pop();
            }
            (Token::List | Token::Dictionary, _) => {
                if nesting.len() == limits.depth {
                    let depth = limits.depth;
                    let what = format!("lists and dictionaries are nested more than {depth} deep");
                    return Err(broken(&what, at));
                }
                nesting.push(if token == Token::Dictionary {
                    Next::Key
                } else {
                    Next::Item
                });
                at = end;
                continue;
            }
            (Token::String(text), Next::Key) if nesting.len() == 1 && data[text..end] == *INFO => {
                if span.is_some() {
                    return Err(broken("a second 'info' begins", at));
                }
                info = Some(end);
            }
            _ => {}
        }
        at = end;
        // A value is whole: a scalar, or what was just closed.
        let depth = nesting.len();
        if let Some(next) = nesting.last_mut() {
            *next = match *next {
                Next::Item => Next::Item,
                Next::Key => Next::Value,
                Next::Value => Next::Key,
            };
            if depth == 1 && *next == Next::Key {
                span = span.or(info.take().map(|start| start..end));
            }
        }
    }
    span.ok_or_else(|| broken("there is no 'info' before the end", at - 1))
}

/// What begins at `at`, and where it ends; of a list or dictionary, its first byte.
pub fn token(data: &[u8], at: usize) -> Result<(Token, usize), Broken> {
    let Some(first) = data.get(at) else {
        return Err(broken("the data ends too soon", at));
    };
    let none = || broken("no value begins", at);
    match first {
        b'l' => Ok((Token::List, at + 1)),
        b'd' => Ok((Token::Dictionary, at + 1)),
        b'e' => Ok((Token::End, at + 1)),
        b'i' => {
            let sign = usize::from(data.get(at + 1) == Some(&b'-'));
            let (_, end) = number(data, at + 1 + sign).ok_or_else(none)?;
            if data.get(end) != Some(&b'e') {
                return Err(none());
            }
            Ok((Token::Integer, end + 1))
        }
        _ => {
            let (length, end) = number(data, at).ok_or_else(none)?;
            if data.get(end) != Some(&b':') {
                return Err(none());
            }
            let start = end + 1;
            match usize::try_from(length) {
                Ok(length) if length <= data.len() - start => {
                    Ok((Token::String(start), start + length))
                }
                _ => Err(broken("a string runs past the end", at)),
            }
        }
    }
}

/// The integer whose token is at `at`.
pub fn integer(data: &[u8], at: usize) -> i128 {
    let sign = usize::from(data.get(at + 1) == Some(&b'-'));
    let value = number(data, at + 1 + sign).map_or(0, |(value, _)| value);
    if sign == 1 {
        -value
    } else {
        value
    }
}

/// Where the value ends that begins at `at`.
pub fn skip(data: &[u8], at: usize) -> Result<usize, Broken> {
    let mut open = 0_usize;
    let mut at = at;
    loop {
        let (token, end) = token(data, at)?;
        match token {
            Token::List | Token::Dictionary => open += 1,
            Token::End if open == 0 => return Err(broken("no value begins", at)),
            Token::End => open -= 1,
            Token::String(_) | Token::Integer => {}
        }
        at = end;
        if open == 0 {
            return Ok(at);
        }
    }
}

/// The decimal number at `at` and where it ends; none without digits, or with too many.
fn number(data: &[u8], at: usize) -> Option<(i128, usize)> {
    let text = data.get(at..).unwrap_or_default();
    let digits = text
        .iter()
        .take(MOST_DIGITS + 1)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if digits == 0 || digits > MOST_DIGITS {
        return None;
    }
    let value = text[..digits]
        .iter()
        .fold(0_i128, |value, digit| value * 10 + i128::from(digit - b'0'));
    Some((value, at + digits))
}

pub fn broken(what: &str, offset: usize) -> Broken {
    Broken {
        what: what.to_owned(),
        offset,
    }
}

#[cfg(test)]
mod tests {
    use super::{broken, info_span, integer, skip, Limits};

    const WIDE: Limits = Limits {
        depth: 100,
        values: 100,
    };

    #[test]
    fn info_is_found_at_the_top_alone() {
        let data = b"d1:ad4:info1:xe4:infoi7e1:zl4:infoi8eee";
        let span = info_span(data, WIDE).unwrap();
        assert_eq!(&data[span], b"i7e");
    }

    #[test]
    fn nothing_is_read_past_the_end() {
        let whole = b"d4:infod1:ai-12e1:bl3:xyzeee";
        assert!(info_span(whole, WIDE).is_ok());
        for length in 0..whole.len() {
            assert!(info_span(&whole[..length], WIDE).is_err(), "{length}");
            assert!(skip(&whole[..length], 0).is_err(), "{length}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let limits = Limits { depth: 3, ..WIDE };
        assert!(info_span(b"d4:infollee1:al0:ee", limits).is_ok());
        let error = info_span(b"d4:infollleee1:al0:ee", limits).unwrap_err();
        let what = "lists and dictionaries are nested more than 3 deep";
        assert_eq!(error, broken(what, 9));
    }

    #[test]
    fn values_are_counted_with_their_keys_and_limited() {
        let data = b"d4:infoli1e0:ee";
        let exactly = Limits { values: 5, ..WIDE };
        assert!(info_span(data, exactly).is_ok());
        let fewer = Limits { values: 4, ..WIDE };
        let error = info_span(data, fewer).unwrap_err();
        assert_eq!(error, broken("there are more than 4 values", 11));
    }

    #[test]
    fn twenty_digits_are_more_than_64_bits_and_are_kept() {
        assert_eq!(
            integer(b"i-99999999999999999999e", 0),
            -(10_i128.pow(20) - 1)
        );
        assert_eq!(integer(b"i007e", 0), 7);
    }

    #[test]
    fn a_value_is_skipped_whole() {
        assert_eq!(skip(b"dl0:ei1ee..", 0), Ok(9));
        assert_eq!(skip(b"xx4:spam..", 2), Ok(8));
        assert_eq!(skip(b"e", 0), Err(broken("no value begins", 0)));
    }
}
