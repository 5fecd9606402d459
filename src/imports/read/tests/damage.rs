//! Damages files in the ways programs, networks and people do: the same for the same seed.

/// Numbers that look like chance and are the same in each run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }

    /// A piece of a text of this length, of at most 64 bytes.
    fn piece(&mut self, length: usize) -> std::ops::Range<usize> {
        let at = self.below(length);
        at..(at + 1 + self.below(64)).min(length)
    }
}

/// What readers stumble over.
const WORDS: [&[u8]; 16] = [
    b"\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"4294967296",
    b"-1",
    b"1e999",
    b"NaN",
    b"\"",
    b"<",
    b"</",
    b"<![CDATA[",
    b"&#0;",
    b"&amp",
    b"\r\r\n",
    b"\xef\xbb\xbf",
    b"XFD1048576",
];

/// The file with something wrong in it.
pub(super) fn damaged(original: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = original.to_vec();
    if bytes.is_empty() {
        return bytes;
    }
    match dice.below(8) {
        0 => bytes.truncate(dice.below(original.len())),
        1 => exchange(&mut bytes, dice),
        2 => drop(bytes.drain(dice.piece(original.len()))),
        3 => {
            let piece = dice.piece(original.len());
            let again = original[piece.clone()].repeat(1 + dice.below(200));
            bytes.splice(piece.end..piece.end, again);
        }
        4 => {
            let piece = dice.piece(original.len());
            bytes.splice(piece, WORDS[dice.below(WORDS.len())].iter().copied());
        }
        5 => {
            let at = dice.below(original.len());
            let end = (at + 4).min(original.len());
            bytes[at..end].fill([0, 0xff, 0x7f, 0x80][dice.below(4)]);
        }
        6 => digits(&mut bytes, dice),
        _ => {}
    }
    for _ in 0..dice.below(8) {
        let at = dice.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << dice.below(8);
        }
    }
    bytes
}

/// Two pieces change places.
fn exchange(bytes: &mut [u8], dice: &mut Dice) {
    let (one, two) = (dice.piece(bytes.len()), dice.piece(bytes.len()));
    let length = one.len().min(two.len());
    for step in 0..length {
        bytes.swap(one.start + step, two.start + step);
    }
}

/// Another number stands where one stood.
fn digits(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let from = dice.below(bytes.len());
    let Some(start) = bytes[from..].iter().position(u8::is_ascii_digit).map(|at| from + at) else { return };
    let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let numbers: [&[u8]; 6] = [b"0", b"65536", b"2147483648", b"4294967295", b"99999999999999999999", b""];
    bytes.splice(start..start + length, numbers[dice.below(numbers.len())].iter().copied());
}
