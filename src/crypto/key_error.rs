//! The reasons for refusing a public key, one variant each.

/// Why a public key is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A coordinate or number does not have the length of its canonical form (RFC 7518 section 6).
    #[error("a member of the key is not in its canonical form")]
    Encoding,
    /// The exponent is even, 1, or too large.
    #[error("the RSA exponent must be odd and from 3 to {most}")]
    Exponent {
        /// The largest accepted exponent: 65537 in a proof, 2^32 - 1 in a key set.
        most: u32,
    },
    /// The modulus is too small or too large, not a multiple of 8 bits, or even.
    #[error("the RSA modulus must be odd and have 2048 to {most} bits, a multiple of 8")]
    Modulus {
        /// The largest accepted size in bits: 4096 in a proof, 8192 in a key set.
        most: usize,
    },
    /// The point is not on the curve, is the identity, or generates a small group.
    #[error("the point is not a usable point of the curve")]
    Point,
    /// The algorithm does not match this key type, or is not available in this build.
    #[error("the algorithm does not match this key type, or is not available in this build")]
    SignatureScheme,
}
