//! Looking through bytes, sixteen at once: short texts are most of what is read here.

use wide::u8x16;

/// Where the first byte from `at` on stands that is none of those wanted; the length where all are. `all` sets every bit
/// of each byte that is wanted, and `one` says the same of one byte.
#[inline]
pub(crate) fn run(
    bytes: &[u8],
    mut at: usize,
    all: impl Fn(u8x16) -> u8x16,
    one: impl Fn(u8) -> bool,
) -> usize {
    let others = |chunk| u32::from(u16::MAX) ^ all(u8x16::new(chunk)).to_bitmask();
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let others = others(*chunk);
        if others != 0 {
            return at + others.trailing_zeros() as usize;
        }
        at += chunk.len();
    }
    match bytes.last_chunk() {
        Some(chunk) if at < bytes.len() => {
            // Those of the chunk that stand before `at` do not count.
            let before = at + chunk.len() - bytes.len();
            let others = others(*chunk) >> before | 1 << (chunk.len() - before);
            at + others.trailing_zeros() as usize
        }
        Some(_) => at,
        None => {
            let rest = bytes.get(at..).unwrap_or_default();
            at + rest.iter().take_while(|byte| one(**byte)).count()
        }
    }
}

/// Where the first `byte` stands.
#[inline]
pub(crate) fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    let wanted = u8x16::splat(byte);
    let place = run(
        bytes,
        0,
        |chunk| !chunk.simd_eq(wanted),
        |other| other != byte,
    );
    (place < bytes.len()).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_several_is_found_wherever_it_stands() {
        for length in 0..70 {
            let mut bytes = vec![b'a'; length];
            assert_eq!(find(b'.', &bytes), None);
            for place in (0..length).rev() {
                bytes[place] = b'.';
                assert_eq!(find(b'.', &bytes), Some(place));
            }
        }
    }
}
