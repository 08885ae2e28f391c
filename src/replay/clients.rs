//! How many proofs each client has in one generation of one shard: a count-min sketch.
//!
//! Two rows of counters, a client counted in one cell of each, the smaller cell is its count. Clients
//! that share a cell make a count too large, never too small, and the size does not grow with them.

/// Counts by a keyed 64-bit hash of the client.
pub(super) struct ClientCounts {
    rows: [Box<[u32]>; 2],
}

impl ClientCounts {
    pub(super) fn add(&mut self, client: u64) {
        for (row, cell) in self.rows.iter_mut().zip(cells(client)) {
            if let Some(count) = row.get_mut(cell) {
                *count = count.saturating_add(1);
            }
        }
    }

    pub(super) fn count_of(&self, client: u64) -> u32 {
        let counts = self.rows.iter().zip(cells(client));
        counts
            .filter_map(|(row, cell)| row.get(cell))
            .copied()
            .min()
            .unwrap_or(0)
    }

    pub(super) fn clear(&mut self) {
        for row in &mut self.rows {
            row.fill(0);
        }
    }
}

impl Default for ClientCounts {
    fn default() -> Self {
        let row = || vec![0; CELLS].into();
        Self {
            rows: [row(), row()],
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
