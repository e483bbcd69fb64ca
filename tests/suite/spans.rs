//! Every node, fault and located piece of text points at the right bytes.

mod comments;
mod differential;
mod fixtures;
mod hostile;
mod located;
