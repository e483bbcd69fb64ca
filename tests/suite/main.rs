//! The one integration binary; each module states behaviour of one part of the crate.

mod spans;
