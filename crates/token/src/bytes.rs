//! Looking through bytes, sixteen at once: short texts are most of what is read here.

use wide::u8x16;

/// How many bytes stand before the first that is none of those wanted. `all` sets every bit of each byte that is
/// wanted, and `one` says the same of one byte.
#[inline]
pub(crate) fn run(bytes: &[u8], all: impl Fn(u8x16) -> u8x16, one: impl Fn(u8) -> bool) -> usize {
    let mut at = 0;
    while let Some(chunk) = bytes[at..].first_chunk() {
        let others = all(u8x16::new(*chunk)).to_bitmask() ^ 0xFFFF;
        if others != 0 {
            return at + others.trailing_zeros() as usize;
        }
        at += chunk.len();
    }
    match bytes.last_chunk() {
        // Those of it that were looked at before are wanted, all of them.
        Some(chunk) => {
            let others = (all(u8x16::new(*chunk)).to_bitmask() ^ 0xFFFF) | 0x1_0000;
            bytes.len() - chunk.len() + (others.trailing_zeros() as usize)
        }
        None => bytes.iter().take_while(|byte| one(**byte)).count(),
    }
}

/// Where the first `byte` stands.
#[inline]
pub(crate) fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    let wanted = u8x16::splat(byte);
    let before = run(bytes, |chunk| !chunk.simd_eq(wanted), |other| other != byte);
    (before < bytes.len()).then_some(before)
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
