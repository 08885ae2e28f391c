//! Counts the proofs of each principal in each generation of one shard: a count-min sketch.
//!
//! There are two rows of counters. A principal is counted in one cell of each, and the smaller cell is its count.
//! Principals that share a cell make a count too large, never too small, and the size does not depend on their number.

/// Counts by a keyed 64-bit hash of the principal, for both generations: the two counts of a principal are read
/// together, so they are adjacent in memory.
#[derive(Default)]
pub(super) struct PrincipalCounts {
    /// Empty until a principal is counted: a large store has many shards.
    rows: [Vec<Cell>; 2],
}

/// Which of the two generations of a shard.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Left,
    Right,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    left: u32,
    right: u32,
}

impl Cell {
    const fn of(&mut self, side: Side) -> &mut u32 {
        match side {
            Side::Left => &mut self.left,
            Side::Right => &mut self.right,
        }
    }
}

impl PrincipalCounts {
    pub(super) fn add(&mut self, principal: u64, side: Side) {
        for (row, cell) in self.rows.iter_mut().zip(cells(principal)) {
            row.resize(CELLS, Cell::default());
            if let Some(cell) = row.get_mut(cell) {
                let count = cell.of(side);
                *count = count.saturating_add(1);
            }
        }
    }

    /// The count in both generations.
    pub(super) fn count_of(&self, principal: u64) -> u32 {
        let cells = self.rows.iter().zip(cells(principal));
        let cells = cells.filter_map(|(row, cell)| row.get(cell).copied());
        let least = cells.reduce(|one, other| Cell {
            left: one.left.min(other.left),
            right: one.right.min(other.right),
        });
        least.map_or(0, |least| least.left.saturating_add(least.right))
    }

    pub(super) fn clear(&mut self, side: Side) {
        for cell in self.rows.iter_mut().flatten() {
            *cell.of(side) = 0;
        }
    }
}

/// One cell for each row, from the two halves of the hash.
fn cells(principal: u64) -> [usize; 2] {
    let cell = |bits: u64| usize::try_from(bits % CELLS_U64).unwrap_or(0);
    [cell(principal), cell(principal >> 32)]
}

const CELLS: usize = 512;
const CELLS_U64: u64 = 512;
