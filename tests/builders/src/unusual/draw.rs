//! The choices of a generator, which follow from its seed, and their names.

use std::collections::BTreeSet;

use fastrand::Rng;

/// One way to write a part of an event, with its name. A test asserts that each was drawn.
pub type Variant<T> = (&'static str, fn(&mut Draw) -> T);

/// A random generator that remembers the names of what it chose.
pub struct Draw {
    /// Where all choices come from.
    pub random: Rng,
    /// The names of the variants chosen since [`Draw::take_chosen`].
    chosen: BTreeSet<&'static str>,
}

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: Rng::with_seed(seed),
            chosen: BTreeSet::new(),
        }
    }

    /// Draws one of these variants and makes it.
    pub fn choose<T>(&mut self, variants: &[Variant<T>]) -> T {
        let (name, make) = variants[self.random.usize(..variants.len())];
        self.chosen.insert(name);
        make(self)
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: u32) -> bool {
        self.random.u32(..times) == 0
    }

    /// Draws one of these values.
    pub fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.random.usize(..values.len())]
    }

    /// So many characters of an alphabet.
    pub fn characters(&mut self, alphabet: &[u8], count: usize) -> String {
        (0..count).map(|_| char::from(self.one_of(alphabet))).collect()
    }

    /// The names of the variants that were chosen since the last call.
    pub(super) fn take_chosen(&mut self) -> BTreeSet<&'static str> {
        std::mem::take(&mut self.chosen)
    }
}
