//! `Fn::ForEach` of the language extensions: resources that are written once and repeated for every name of a list.

use crate::import::cloudformation::intrinsics::Resolver;
use crate::import::value::{Value, What};
use crate::source::Node;

/// How many resources one loop may make.
const MOST: usize = 500;

/// Whether the key of a resource starts a loop.
pub(super) fn is_loop(key: &str) -> bool {
    key.starts_with("Fn::ForEach::")
}

/// Shows `see` every resource of a loop under its id, while its name is bound.
pub(super) fn each(resolver: &Resolver<'_>, node: &Node, see: &mut dyn FnMut(&str, &Node)) {
    let Some([name, list, body]) = node.as_sequence() else { return };
    let (Some(name), Some(body)) = (name.as_text(), body.as_mapping()) else { return };
    let list = resolver.value(list);
    let What::List(items) = &list.what else { return };
    for item in items.iter().filter_map(Value::text).take(MOST) {
        resolver.bound.borrow_mut().push((name.to_owned(), item.to_owned()));
        for (key, entry) in body.iter() {
            if is_loop(key) {
                each(resolver, &entry.value, see);
            } else {
                see(&resolver.filled(key), &entry.value);
            }
        }
        resolver.bound.borrow_mut().pop();
    }
}
