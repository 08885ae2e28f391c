//! Numbers as signed digits, which halves the number of entries in a row of a table.

/// A digit from -2^(W-1) + 1 to 2^(W-1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Digit {
    pub(super) magnitude: usize,
    pub(super) is_negative: bool,
}

/// The digits of a number in base 2^W, the lowest first, followed by an infinite number of zeros.
pub(super) struct Digits<const W: u32> {
    low: u128,
    high: u128,
    carry: u16,
}

impl<const W: u32> Digits<W> {
    /// The digits of a little-endian number.
    pub(super) fn of(bytes: &[u8; 32]) -> Self {
        let half = |bytes: &[u8]| {
            let shifted = |number, byte: &u8| number << 8 | u128::from(*byte);
            bytes.iter().rev().fold(0, shifted)
        };
        let (low, high) = bytes.split_at(16);
        Self {
            low: half(low),
            high: half(high),
            carry: 0,
        }
    }
}

impl<const W: u32> Iterator for Digits<W> {
    type Item = Digit;

    fn next(&mut self) -> Option<Digit> {
        let [first, second, ..] = self.low.to_le_bytes();
        let digit = (u16::from_le_bytes([first, second]) & ((1 << W) - 1)) + self.carry;
        self.low = self.low >> W | self.high << (u128::BITS - W);
        self.high >>= W;
        let is_negative = digit > 1 << (W - 1);
        self.carry = u16::from(is_negative);
        let magnitude = if is_negative { (1 << W) - digit } else { digit };
        Some(Digit {
            magnitude: usize::from(magnitude),
            is_negative,
        })
    }
}

#[cfg(test)]
mod tests {
    use crrl::p256::Scalar;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn digits_add_up_to_their_number(bytes: [u8; 32]) {
            check_digits::<4>(&bytes);
            check_digits::<5>(&bytes);
            check_digits::<6>(&bytes);
            check_digits::<7>(&bytes);
            check_digits::<8>(&bytes);
        }
    }

    #[test]
    fn digits_of_the_ends_of_the_range() {
        let below_order = (-Scalar::ONE).encode();
        for bytes in [[0; 32], below_order, [0x88; 32], [0x80; 32], [0x7f; 32]] {
            check_digits::<5>(&bytes);
            check_digits::<6>(&bytes);
            check_digits::<8>(&bytes);
        }
    }

    fn check_digits<const W: u32>(bytes: &[u8; 32]) {
        let scalar = Scalar::decode_reduce(bytes);
        let digits: Vec<Digit> = Digits::<W>::of(&scalar.encode()).take(100).collect();
        let (digits, beyond) = digits.split_at(usize::try_from(256 / W + 1).expect("small"));
        assert!(beyond.iter().all(|digit| digit.magnitude == 0));
        let mut sum = Scalar::ZERO;
        for digit in digits.iter().rev() {
            assert!(digit.magnitude <= 1 << (W - 1));
            let magnitude = Scalar::from_u64(digit.magnitude.try_into().expect("small"));
            sum = (0..W).fold(sum, |sum, _| sum.mul2());
            sum = if digit.is_negative {
                sum - magnitude
            } else {
                sum + magnitude
            };
        }
        assert!(sum.equals(scalar) != 0);
    }
}
