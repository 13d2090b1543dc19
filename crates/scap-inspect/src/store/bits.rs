//! Sets of positions in a chunk.

/// A set of positions below a length.
#[derive(Clone, Debug, Default)]
pub struct Bits {
    /// Words of 64 positions, from the one with number `first` on: no position is in one before.
    words: Vec<u64>,
    first: usize,
    length: usize,
}

impl PartialEq for Bits {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && self.iter_from(0).eq(other.iter_from(0))
    }
}

impl Eq for Bits {}

impl Bits {
    /// No position below `length`.
    pub fn none(length: usize) -> Self {
        Bits { words: vec![0; length.div_ceil(64)], first: 0, length }
    }

    /// The positions from `start` up to `end`, which is also the length. It takes no more room than they do.
    pub fn range(start: usize, end: usize) -> Self {
        let first = start.min(end) / 64;
        let below = |limit: usize, at: usize| match limit.saturating_sub(at * 64) {
            0 => 0,
            n if n >= 64 => u64::MAX,
            n => (1u64 << n) - 1,
        };
        let words = (first..end.div_ceil(64)).map(|at| below(end, at) & !below(start, at)).collect();
        Bits { words, first, length: end }
    }

    /// None of the positions there may be in this set.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Bits { words: vec![0; self.words.len()], ..*self }
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
        self.word(at / 64) >> (at % 64) & 1 == 1
    }

    /// The 64 positions with this number.
    fn word(&self, at: usize) -> u64 {
        at.checked_sub(self.first).and_then(|at| self.words.get(at)).copied().unwrap_or(0)
    }

    /// Puts a position in, growing the set as needed; false when it was in already.
    pub fn set(&mut self, at: usize) -> bool {
        self.grow(at / 64, at + 1);
        let Some(word) = self.words.get_mut(at / 64 - self.first) else { return false };
        let bit = 1 << (at % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Leaves the positions for which `keep` holds; each is asked once, in ascending order.
    #[inline]
    pub fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        for (at, word) in (self.first..).zip(&mut self.words) {
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
        for (at, word) in (self.first..).zip(&mut self.words).filter(|(_, word)| **word != 0) {
            *word &= part(at * 64, *word);
        }
    }

    /// Takes out the positions whose byte in `marks` has one of these bits (all below the highest), and those behind its end.
    pub fn drop_marked(&mut self, marks: &[u8], bits: u8) {
        for (at, word) in (self.first..).zip(&mut self.words).filter(|(_, word)| **word != 0) {
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
        self.with(other, |own, other| own | other);
    }

    /// Leaves the positions that are in one of both sets only.
    pub fn toggle(&mut self, other: &Bits) {
        self.with(other, |own, other| own ^ other);
    }

    fn with(&mut self, other: &Bits, join: impl Fn(u64, u64) -> u64) {
        self.grow(other.first, other.length);
        let own = self.words.iter_mut().skip(other.first - self.first);
        own.zip(&other.words).for_each(|(own, other)| *own = join(*own, *other));
    }

    /// Takes the positions of another set out.
    pub fn remove(&mut self, other: &Bits) {
        (self.first..).zip(&mut self.words).for_each(|(at, word)| *word &= !other.word(at));
    }

    /// Makes room for words from this one on and for positions below this length.
    fn grow(&mut self, first: usize, length: usize) {
        if first < self.first {
            self.words.splice(..0, std::iter::repeat_n(0, self.first - first));
            self.first = first;
        }
        if length > self.length {
            self.words.resize(length.div_ceil(64).saturating_sub(self.first), 0);
            self.length = length;
        }
    }

    /// The words that hold positions from `start` on, with their numbers.
    fn words_from(&self, start: usize) -> impl Iterator<Item = (usize, u64)> + '_ {
        let passed = (start / 64).saturating_sub(self.first);
        (self.first..).zip(self.words.iter().copied()).skip(passed)
    }

    /// The positions in ascending order, from one on.
    pub fn iter_from(&self, start: usize) -> impl Iterator<Item = usize> + '_ {
        self.words_from(start).flat_map(move |(at, word)| {
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
        for (at, word) in self.words_from(start) {
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
        let words = self.words_from(start).take_while(|(at, _)| at * 64 < end);
        words.map(|(at, word)| (word & mask(at)).count_ones() as usize).sum()
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
        assert!((0..140).all(|at| bits.has(at) == (60..130).contains(&at)));
    }

    #[test]
    fn sets_that_begin_elsewhere_are_joined() {
        let early = Bits::range(3, 70);
        for start in [0, 60, 64, 200, 300] {
            let late = Bits::range(start, 330);
            let both = |at: &usize| (3..70).contains(at) || (start..330).contains(at);
            let mut joined = late.clone();
            joined.add(&early);
            assert_eq!(joined.iter_from(0).collect::<Vec<_>>(), (0..330).filter(both).collect::<Vec<_>>());
            let mut other = early.clone();
            other.add(&late);
            assert_eq!(other, joined);
            joined.remove(&early);
            other.toggle(&early);
            let left = |at: &usize| (start..330).contains(at);
            let apart = (0..330).filter(|at| left(at) && !(3..70).contains(at)).collect::<Vec<_>>();
            assert_eq!(joined.iter_from(0).collect::<Vec<_>>(), apart);
            assert_eq!(other, joined);
            assert_eq!(late.emptied().count(), 0);
            let mut set = late.emptied();
            assert!(set.set(5) && !set.set(5));
            assert_eq!((set.len(), set.iter_from(0).collect::<Vec<_>>()), (330, vec![5]));
        }
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
