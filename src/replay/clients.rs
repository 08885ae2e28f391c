//! How many proofs each client has in each generation of one shard: a count-min sketch.
//!
//! Two rows of counters, a client counted in one cell of each, the smaller cell is its count. Clients
//! that share a cell make a count too large, never too small, and the size does not grow with them.

/// Counts by a keyed 64-bit hash of the client, for both generations: their counts of one client are asked together
/// and lie side by side.
#[derive(Default)]
pub(super) struct ClientCounts {
    /// Empty until a client is counted: a large window has many shards.
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

impl ClientCounts {
    pub(super) fn add(&mut self, client: u64, side: Side) {
        for (row, cell) in self.rows.iter_mut().zip(cells(client)) {
            row.resize(CELLS, Cell::default());
            if let Some(cell) = row.get_mut(cell) {
                let count = cell.of(side);
                *count = count.saturating_add(1);
            }
        }
    }

    /// In both generations.
    pub(super) fn count_of(&self, client: u64) -> u32 {
        let cells = self.rows.iter().zip(cells(client));
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
fn cells(client: u64) -> [usize; 2] {
    let cell = |bits: u64| usize::try_from(bits % CELLS_U64).unwrap_or(0);
    [cell(client), cell(client >> 32)]
}

const CELLS: usize = 512;
const CELLS_U64: u64 = 512;
