//! The file of answers: nothing is lost, whoever else writes and whenever the power goes.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use assert_cmd::cargo::CommandCargoExt as _;
use tempfile::tempdir;
use thalweg::commands::study::store::{Merged, Store};
use thalweg::study::repetition::Grade;

use super::answer;

#[test]
fn answers_come_back_as_they_were_given() {
    let folder = tempdir().unwrap();
    let store = Store::open(&folder.path().join("deep/below")).unwrap();
    assert!(store.read().unwrap().reviews.is_empty());
    let given = [answer("1", "a", 10, Grade::Good), answer("2", "b", 11, Grade::Again)];
    store.append(&given[..1]).unwrap();
    store.append(&given[1..]).unwrap();
    assert_eq!(store.read().unwrap().reviews, given);
}

#[test]
fn half_a_line_costs_no_other_answer() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let file = folder.path().join("reviews.jsonl");
    let whole = answer("2", "a", 11, Grade::Good).line();
    for (torn, kept) in [(&whole[..whole.len() / 2], 2), (whole.as_str(), 3), ("é", 2)] {
        fs::remove_file(&file).ok();
        store.append(&[answer("1", "a", 10, Grade::Good)]).unwrap();
        fs::OpenOptions::new().append(true).open(&file).unwrap().write_all(torn.as_bytes()).unwrap();
        assert_eq!(store.read().unwrap().reviews.len(), kept - 1, "{torn}");
        store.append(&[answer("3", "a", 12, Grade::Good)]).unwrap();
        let read = store.read().unwrap();
        assert_eq!((read.reviews.len(), read.strange), (kept, 0), "{torn}");
    }
}

#[test]
fn what_a_later_version_wrote_stays() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let file = folder.path().join("reviews.jsonl");
    fs::write(&file, "{\"kind\":\"of another version\"}\n").unwrap();
    store.append(&[answer("1", "a", 10, Grade::Good)]).unwrap();
    let read = store.read().unwrap();
    assert_eq!((read.reviews.len(), read.strange), (1, 1));
    assert!(fs::read_to_string(&file).unwrap().starts_with("{\"kind\":\"of another version\"}\n"));
}

fn merge(folder: &Path, file: &Path) -> Child {
    let mut command = Command::cargo_bin("thalweg").unwrap();
    command.env_clear().args(["study", "--data-dir"]).arg(folder).arg("merge").arg(file);
    command.stdout(Stdio::piped()).spawn().unwrap()
}

#[test]
fn two_processes_at_once_lose_nothing() {
    let folder = tempdir().unwrap();
    let own = folder.path().join("own");
    let files: Vec<_> = (0..6)
        .map(|machine| {
            let store = Store::open(&folder.path().join(format!("machine{machine}"))).unwrap();
            let reviews: Vec<_> =
                (0..300).map(|number| answer(&format!("{machine}-{number}"), "a", 10, Grade::Good)).collect();
            store.append(&reviews).unwrap();
            store.folder().to_owned()
        })
        .collect();
    let running: Vec<Child> = files.iter().map(|file| merge(&own, file)).collect();
    // This process writes beside them.
    let store = Store::open(&own).unwrap();
    for number in 0..50 {
        store.append(&[answer(&format!("here-{number}"), "a", 11, Grade::Good)]).unwrap();
    }
    for child in running {
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "300 added, 0 were here already\n");
    }
    let read = store.read().unwrap();
    assert_eq!((read.reviews.len(), read.strange), (6 * 300 + 50, 0));
}

#[test]
fn merging_twice_adds_nothing() {
    let folder = tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let (one, two) = (Store::open(&one).unwrap(), Store::open(&two).unwrap());
    one.append(&[answer("1", "a", 10, Grade::Good)]).unwrap();
    two.append(&[answer("1", "a", 10, Grade::Good), answer("2", "a", 11, Grade::Good)]).unwrap();
    fs::write(two.folder().join("reviews.jsonl"), {
        let mut text = fs::read_to_string(two.folder().join("reviews.jsonl")).unwrap();
        text.insert_str(0, "no answer\n");
        text
    })
    .unwrap();
    assert_eq!(one.merge(two.folder()).unwrap(), Merged { added: 1, known: 1, strange: 1 });
    assert_eq!(one.merge(two.folder()).unwrap(), Merged { added: 0, known: 2, strange: 1 });
    assert!(one.merge(&folder.path().join("gone")).is_err());
}
