//! Why a public key is refused, one variant a reason.

/// Why a public key is of no use.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A coordinate or a number has another length than its canonical form (RFC 7518 section 6).
    #[error("a member of the key is not in its canonical form")]
    Encoding,
    /// The point is not on the curve, is the identity, or generates a small group.
    #[error("the point is not a usable point of the curve")]
    Point,
    /// The modulus is too small or too large, not of whole bytes, or even.
    #[error("the RSA modulus must be odd and have 2048 to {most} bits, a multiple of 8")]
    Modulus {
        /// The most bits accepted: 4096 in a proof, 8192 in a key set.
        most: usize,
    },
    /// The exponent is even, 1, or too large.
    #[error("the RSA exponent must be odd and from 3 to {most}")]
    Exponent {
        /// The largest exponent accepted: 65537 in a proof, 2^32 - 1 in a key set.
        most: u32,
    },
    /// The algorithm is not one for this kind of key, or not in this build.
    #[error("the algorithm does not go with this kind of key")]
    SignatureScheme,
}
