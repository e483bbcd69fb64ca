//! The events that programs get have the shapes that AWS documents, member by member.
