//! Sets of positions in a chunk.

/// A set of positions below a length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    length: usize,
}

impl Bits {
    /// No position below `length`.
    pub fn none(length: usize) -> Self {
        Bits { words: vec![0; length.div_ceil(64)], length }
    }

    /// The positions from `start` up to `end`, which is also the length.
    pub fn range(start: usize, end: usize) -> Self {
        let mut bits = Bits::none(end);
        for (at, word) in bits.words.iter_mut().enumerate() {
            let first = at * 64;
            let below = |limit: usize| match limit.saturating_sub(first) {
                0 => 0,
                n if n >= 64 => u64::MAX,
                n => (1u64 << n) - 1,
            };
            *word = below(end) & !below(start);
        }
        bits
    }

    /// Positions are below this.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether this position is in.
    pub fn has(&self, at: usize) -> bool {
        self.words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Puts a position in, growing the set as needed; false when it was in already.
    pub fn set(&mut self, at: usize) -> bool {
        self.grow(at + 1);
        let Some(word) = self.words.get_mut(at / 64) else { return false };
        let bit = 1 << (at % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Leaves the positions for which `keep` holds; each is asked once, in ascending order.
    #[inline]
    pub fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        for (at, word) in self.words.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros() as usize;
                if !keep(at * 64 + bit) {
                    *word &= !(1 << bit);
                }
                left &= left - 1;
            }
        }
    }

    /// Replaces each 64 positions that are not empty, given with the first of them, by a part of them.
    #[inline]
    pub fn narrow(&mut self, mut part: impl FnMut(usize, u64) -> u64) {
        for (at, word) in self.words.iter_mut().enumerate().filter(|(_, word)| **word != 0) {
            *word &= part(at * 64, *word);
        }
    }

    /// Takes out the positions whose byte in `marks` has one of these bits (all below the highest), and those behind its end.
    pub fn drop_marked(&mut self, marks: &[u8], bits: u8) {
        for (at, word) in self.words.iter_mut().enumerate().filter(|(_, word)| **word != 0) {
            let marks = marks.get(at * 64..).unwrap_or_default();
            *word &= if let Some(marks) = marks.first_chunk::<64>() {
                !marked(marks, bits)
            } else {
                let clear = |(bit, mark): (usize, &u8)| u64::from(mark & bits == 0) << bit;
                marks.iter().enumerate().map(clear).fold(0, |all, one| all | one)
            };
        }
    }

    /// Adds the positions of another set.
    pub fn add(&mut self, other: &Bits) {
        self.grow(other.length);
        self.words.iter_mut().zip(&other.words).for_each(|(own, other)| *own |= other);
    }

    /// Takes the positions of another set out.
    pub fn remove(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(own, other)| *own &= !other);
    }

    /// Leaves the positions that are in one of both sets only.
    pub fn toggle(&mut self, other: &Bits) {
        self.grow(other.length);
        self.words.iter_mut().zip(&other.words).for_each(|(own, other)| *own ^= other);
    }

    fn grow(&mut self, length: usize) {
        if length > self.length {
            self.words.resize(length.div_ceil(64), 0);
            self.length = length;
        }
    }

    /// The positions in ascending order, from one on.
    pub fn iter_from(&self, start: usize) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().skip(start / 64).flat_map(move |(at, &word)| {
            let mut left = word;
            if at == start / 64 {
                left &= u64::MAX << (start % 64);
            }
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(at * 64 + bit)
            })
        })
    }

    /// The position with this rank among those from `start` on, the lowest is 0; `start` is a multiple of 64.
    pub fn select_from(&self, start: usize, rank: usize) -> Option<usize> {
        let mut left = rank;
        for (at, &word) in self.words.iter().enumerate().skip(start / 64) {
            let here = word.count_ones() as usize;
            if left < here {
                let mut word = word;
                for _ in 0..left {
                    word &= word - 1;
                }
                return Some(at * 64 + word.trailing_zeros() as usize);
            }
            left -= here;
        }
        None
    }

    /// How many positions there are from `start` up to `end`.
    pub fn count_in(&self, start: usize, end: usize) -> usize {
        let mask = |at: usize| {
            let from = u64::MAX << start.saturating_sub(at * 64).min(63);
            let upto = end.saturating_sub(at * 64);
            from & if upto >= 64 { u64::MAX } else { (1 << upto) - 1 }
        };
        let words = start / 64..end.div_ceil(64).min(self.words.len());
        words.filter_map(|at| Some((self.words.get(at)? & mask(at)).count_ones() as usize)).sum()
    }
}

/// Which of these bytes have one of some bits below the highest; eight bytes at a time.
fn marked(marks: &[u8; 64], bits: u8) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // The lowest bit of each byte, times this, are the highest eight bits in their order.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let wanted = EACH * u64::from(bits & 0x7f);
    let mut found = 0;
    for (at, eight) in marks.chunks_exact(8).filter_map(<[u8]>::first_chunk).enumerate() {
        // A byte that is not 0 carries into its highest bit.
        let carried = (u64::from_le_bytes(*eight) & wanted) + EACH * 0x7f;
        found |= ((carried >> 7 & EACH).wrapping_mul(GATHER) >> 56) << (at * 8);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_just_its_positions() {
        let bits = Bits::range(60, 130);
        assert_eq!(bits.count(), 70);
        assert_eq!(bits.iter_from(0).collect::<Vec<_>>(), (60..130).collect::<Vec<_>>());
        assert!(Bits::range(5, 5).is_empty());
    }

    #[test]
    fn marked_positions_are_dropped() {
        let marks: Vec<u8> = (0..150u8).map(|at| at.wrapping_mul(89) | 0x80).collect();
        for wanted in [1, 2, 4 | 16, 0x7f] {
            let mut bits = Bits::range(10, 200);
            bits.drop_marked(&marks, wanted);
            let clear = (10..150).filter(|at| marks[*at] & wanted == 0).collect::<Vec<_>>();
            assert_eq!(bits.iter_from(0).collect::<Vec<_>>(), clear, "{wanted}");
        }
    }

    #[test]
    fn sixty_four_positions_are_narrowed_at_once() {
        let mut bits = Bits::none(200);
        for at in [1, 130, 131] {
            bits.set(at);
        }
        let mut seen = Vec::new();
        bits.narrow(|first, word| {
            seen.push((first, word));
            u64::MAX << 3
        });
        assert_eq!(seen, [(0, 1 << 1), (128, 0b1100)]);
        assert_eq!(bits.iter_from(0).collect::<Vec<_>>(), [131]);
    }

    #[test]
    fn positions_of_a_part_are_counted() {
        let mut bits = Bits::none(200);
        for at in [0, 3, 63, 64, 100, 127, 128, 199] {
            bits.set(at);
        }
        for start in 0..=200 {
            for end in start..=210 {
                let one_by_one = (start..end).filter(|at| bits.has(*at)).count();
                assert_eq!(bits.count_in(start, end), one_by_one, "{start}..{end}");
            }
        }
    }

    #[test]
    fn rank_and_select_are_inverse() {
        let mut bits = Bits::range(0, 1000);
        bits.retain(|at| at % 7 == 3);
        for (rank, at) in bits.iter_from(0).enumerate() {
            assert_eq!(bits.select_from(0, rank), Some(at));
            assert_eq!(bits.count_in(0, at), rank);
        }
        assert_eq!(bits.select_from(0, bits.count()), None);
        assert_eq!(bits.select_from(128, 0), Some(129));
    }

    #[test]
    fn sets_are_added_taken_out_and_toggled() {
        let mut odd = Bits::range(0, 100);
        odd.retain(|at| at % 2 == 1);
        let mut all = Bits::range(0, 100);
        all.remove(&odd);
        assert_eq!(all.count(), 50);
        all.toggle(&Bits::range(0, 100));
        assert_eq!(all, odd);
        all.add(&Bits::range(100, 128));
        assert_eq!((all.len(), all.count()), (128, 78));
        assert!(all.has(127) && !all.has(2));
    }
}
