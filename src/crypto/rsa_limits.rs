//! The limits for RSA keys: the modulus and the exponent of a public key (RFC 7518 sections 3.3 and 6.3.1).
//!
//! The cost of a verification grows with the square of the modulus, and by one multiplication for each bit of the
//! exponent.

use super::key_error::KeyError;

/// How large the numbers of an RSA key may be, depending on who chose the key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RsaLimits {
    modulus_bits: usize,
    exponent: u32,
}

impl RsaLimits {
    /// For the key of a proof, which the client chooses: a verification costs at most three times that of ES256.
    pub(crate) const PROOF: Self = Self {
        modulus_bits: 4096,
        exponent: 65537,
    };

    /// For the key set of an issuer, which the operator trusts.
    pub(crate) const ISSUER: Self = Self {
        modulus_bits: MAX_MODULUS_BITS,
        exponent: u32::MAX,
    };

    /// Refuses numbers that are non-canonical, too small or too large, without any arithmetic on them.
    pub(super) fn check(self, modulus: &[u8], exponent: &[u8]) -> Result<(), KeyError> {
        if !is_canonical(modulus) || !is_canonical(exponent) {
            return Err(KeyError::Encoding);
        }
        let bits = bits(modulus);
        // Multiples of 8 bits only: with one bit more, verifiers disagree about the first byte of a PSS message.
        let has_good_size =
            (MIN_MODULUS_BITS..=self.modulus_bits).contains(&bits) && bits.is_multiple_of(8);
        if !has_good_size || is_even(modulus) {
            let most = self.modulus_bits;
            return Err(KeyError::Modulus { most });
        }
        let in_range =
            |exponent: u32| (MIN_EXPONENT..=self.exponent).contains(&exponent) && exponent % 2 == 1;
        if !value(exponent).is_some_and(in_range) {
            let most = self.exponent;
            return Err(KeyError::Exponent { most });
        }
        Ok(())
    }
}

/// Not empty, and without a leading zero octet.
fn is_canonical(number: &[u8]) -> bool {
    number.first().is_some_and(|first| *first != 0)
}

fn bits(number: &[u8]) -> usize {
    let leading = number.first().map_or(0, |first| first.leading_zeros());
    (number.len() * 8).saturating_sub(usize::try_from(leading).unwrap_or(0))
}

fn is_even(number: &[u8]) -> bool {
    number.last().is_none_or(|last| last % 2 == 0)
}

/// The number, if it has at most 32 bits.
fn value(number: &[u8]) -> Option<u32> {
    let mut padded = [0; 4];
    let place = padded.len().checked_sub(number.len())?;
    padded.get_mut(place..)?.copy_from_slice(number);
    Some(u32::from_be_bytes(padded))
}

const MIN_MODULUS_BITS: usize = 2048;
/// The largest modulus of any key.
pub(super) const MAX_MODULUS_BITS: usize = 8192;
const MIN_EXPONENT: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    const BAD_MODULUS: Result<(), KeyError> = Err(KeyError::Modulus { most: 8192 });
    const BAD_EXPONENT: Result<(), KeyError> = Err(KeyError::Exponent { most: u32::MAX });
    const F4: &[u8] = &[1, 0, 1];

    fn modulus(bits: usize) -> Vec<u8> {
        let mut bytes = vec![0xff; bits.div_ceil(8)];
        if !bits.is_multiple_of(8) {
            bytes[0] = (1 << (bits % 8)) - 1;
        }
        bytes
    }

    #[test]
    fn dpop_13_rsa_bounds() {
        let issuer = RsaLimits::ISSUER;
        assert_eq!(issuer.check(&modulus(2048), F4), Ok(()));
        assert_eq!(issuer.check(&modulus(8192), F4), Ok(()));
        for bits in [1024, 2047, 2049, 2052, 8193, 16384] {
            assert_eq!(issuer.check(&modulus(bits), F4), BAD_MODULUS, "{bits}");
        }
        let mut even = modulus(2048);
        even[255] = 0xfe;
        assert_eq!(issuer.check(&even, F4), BAD_MODULUS);
        for exponent in [&[1][..], &[2], &[1, 0, 0, 0, 1]] {
            assert_eq!(issuer.check(&modulus(2048), exponent), BAD_EXPONENT);
        }
        assert_eq!(issuer.check(&modulus(2048), &[3]), Ok(()));
        assert_eq!(issuer.check(&modulus(2048), &[0xff; 4]), Ok(()));
    }

    #[test]
    fn dpop_13_rsa_bounds_of_a_proof() {
        let proof = RsaLimits::PROOF;
        let (bad_modulus, bad_exponent) = (
            Err(KeyError::Modulus { most: 4096 }),
            Err(KeyError::Exponent { most: 65537 }),
        );
        assert_eq!(proof.check(&modulus(4096), F4), Ok(()));
        assert_eq!(proof.check(&modulus(4104), F4), bad_modulus);
        assert_eq!(proof.check(&modulus(4096), &[1, 0, 3]), bad_exponent);
        assert_eq!(proof.check(&modulus(4096), &[0xff; 4]), bad_exponent);
    }

    #[test]
    fn jose_07_only_canonical_numbers() {
        let check = |modulus: &[u8], exponent: &[u8]| RsaLimits::ISSUER.check(modulus, exponent);
        let leading_zero = [vec![0], modulus(2048)].concat();
        assert_eq!(check(&leading_zero, F4), Err(KeyError::Encoding));
        let zero_and_f4 = [&[0], F4].concat();
        assert_eq!(check(&modulus(2048), &zero_and_f4), Err(KeyError::Encoding));
        assert_eq!(check(&[], &[3]), Err(KeyError::Encoding));
        assert_eq!(check(&modulus(2048), &[]), Err(KeyError::Encoding));
    }
}
