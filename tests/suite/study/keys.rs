//! The table of keys: no key means two things in a place, and everything can be found out on the way.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use thalweg::study::keys::{Command, Key, Place, TABLE, bindings, command};

#[test]
fn no_key_means_two_things_in_a_place() {
    for (place, name) in Place::ALL {
        let mut meanings: BTreeMap<Key, Command> = BTreeMap::new();
        for binding in bindings(place) {
            for key in binding.keys {
                let other = meanings.insert(*key, binding.command);
                assert!(other.is_none(), "{name}: {} is {other:?} and {:?}", key.name(), binding.command);
                assert_eq!(command(place, *key), Some(binding.command));
            }
        }
    }
}

#[test]
fn every_place_can_be_left_and_every_key_is_explained() {
    for (place, name) in Place::ALL {
        assert_eq!(command(place, Key::Ctrl('c')), Some(Command::Leave), "{name}");
        let back = command(place, Key::Esc);
        assert!(matches!(back, Some(Command::Back | Command::No)), "{name}: {back:?}");
    }
    for binding in TABLE {
        assert!(!binding.about.is_empty() && !binding.places.is_empty(), "{:?}", binding.command);
    }
}

#[test]
fn arrows_and_letters_mean_the_same() {
    for (place, _) in Place::ALL {
        for (arrow, letter) in [(Key::Up, 'k'), (Key::Down, 'j'), (Key::Left, 'h'), (Key::Right, 'l')] {
            assert_eq!(command(place, arrow), command(place, Key::Char(letter)), "{place:?} {letter}");
        }
    }
}

#[test]
fn the_table_reads_well() {
    let mut text = String::new();
    for (place, name) in Place::ALL {
        writeln!(text, "{name}").unwrap();
        for binding in bindings(place) {
            let keys: Vec<String> = binding.keys.iter().map(|key| key.name()).collect();
            writeln!(text, "  {:28} {}", keys.join(" "), binding.about).unwrap();
        }
    }
    insta::assert_snapshot!(text);
}
