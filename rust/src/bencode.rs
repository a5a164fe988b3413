//! BEP 3's grammar, checked without building anything and without recursion.

use std::ops::Range;

/// What is wrong, and at which byte.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    pub what: String,
    pub offset: usize,
}

/// An integer has 19 digits at most, all that 64 bits can need; so has a string's length.
const MOST_DIGITS: usize = 19;

const DICTIONARY: &[u8] = b"d";
const INFO: &[u8] = b"4:info";

/// What stands at an offset.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    String,
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

/// Where the value of `info` lies in the dictionary that `data` is as a whole.
///
/// Keys may stand in any order. Lists and dictionaries nest `max_depth` deep at most, the outermost
/// one counted.
pub fn info_span(data: &[u8], max_depth: usize) -> Result<Range<usize>, Broken> {
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
    let mut at = 1;
    // Where the value begins that ends when the nesting is back at one.
    let mut info = None;
    while let Some(expected) = nesting.last_mut() {
        let (token, end) = token(data, at)?;
        match (token, *expected) {
            (Token::Integer | Token::List | Token::Dictionary, Next::Key) => {
                return Err(broken("a key is not a string", at));
            }
            (Token::End, Next::Value) => return Err(broken("no value begins", at)),
            (Token::End, _) => {
                nesting.pop();
            }
            (Token::List | Token::Dictionary, _) => {
                if nesting.len() == max_depth {
                    let what = format!("lists and dictionaries nest more than {max_depth} deep");
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
            (Token::String, Next::Key) if nesting.len() == 1 && data[at..end] == *INFO => {
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
    if at != data.len() {
        return Err(broken("something follows the end of the torrent", at));
    }
    span.ok_or_else(|| broken("there is no 'info' before the end", at - 1))
}

/// What begins at `at`, and where it ends; of a list or dictionary, its first byte.
fn token(data: &[u8], at: usize) -> Result<(Token, usize), Broken> {
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
            let (value, end) = number(data, at + 1 + sign).ok_or_else(none)?;
            if data.get(end) != Some(&b'e') || (sign == 1 && value == 0) {
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
                Ok(length) if length <= data.len() - start => Ok((Token::String, start + length)),
                _ => Err(broken("a string runs past the end", at)),
            }
        }
    }
}

/// The decimal number at `at` and where it ends; none with a leading zero, or with too many digits.
fn number(data: &[u8], at: usize) -> Option<(u64, usize)> {
    let digits = data[at.min(data.len())..]
        .iter()
        .take(MOST_DIGITS + 1)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let text = &data[at.min(data.len())..][..digits];
    if digits == 0 || digits > MOST_DIGITS || (digits > 1 && text[0] == b'0') {
        return None;
    }
    let value = text
        .iter()
        .fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
    Some((value, at + digits))
}

fn broken(what: &str, offset: usize) -> Broken {
    Broken {
        what: what.to_owned(),
        offset,
    }
}

#[cfg(test)]
mod tests {
    use super::{broken, info_span};

    #[test]
    fn info_is_found_at_the_top_alone() {
        let data = b"d1:ad4:info1:xe4:infoi7e1:zl4:infoi8eee";
        let span = info_span(data, 100).unwrap();
        assert_eq!(&data[span], b"i7e");
    }

    #[test]
    fn nothing_is_read_past_the_end() {
        let whole = b"d4:infod1:ai-12e1:bl3:xyzeee";
        assert!(info_span(whole, 100).is_ok());
        for length in 0..whole.len() {
            assert!(info_span(&whole[..length], 100).is_err(), "{length}");
        }
    }

    #[test]
    fn depth_is_limited() {
        assert!(info_span(b"d4:infollee1:al0:ee", 3).is_ok());
        let error = info_span(b"d4:infolleee", 2).unwrap_err();
        assert_eq!(
            error,
            broken("lists and dictionaries nest more than 2 deep", 8)
        );
    }
}
