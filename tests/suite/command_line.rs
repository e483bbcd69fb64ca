//! What people are told of the command line: help texts, completions and manual pages.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use clap::CommandFactory as _;
use clap::ValueEnum as _;
use clap_complete::Shell;
use thalweg::cli::{Cli, completions, manual};

/// All commands and those below them, by their full names.
fn commands() -> Vec<(String, clap::Command)> {
    fn collect(name: &str, command: &clap::Command, found: &mut Vec<(String, clap::Command)>) {
        found.push((name.to_owned(), command.clone()));
        for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
            collect(&format!("{name} {}", below.get_name()), below, found);
        }
    }
    let mut root = Cli::command().term_width(90);
    root.build();
    let mut found = Vec::new();
    collect("thalweg", &root, &mut found);
    found
}

#[test]
fn help_reads_well() {
    for (name, mut command) in commands() {
        insta::assert_snapshot!(name.replace(' ', "_"), command.render_long_help().to_string());
    }
}

#[test]
fn nothing_goes_unexplained() {
    let mut silent = Vec::new();
    for (name, command) in commands() {
        if command.get_about().is_none() {
            silent.push(name.clone());
        }
        silent.extend(
            command
                .get_arguments()
                .filter(|argument| argument.get_help().is_none())
                .map(|argument| format!("{name}: {}", argument.get_id())),
        );
    }
    assert!(silent.is_empty(), "no help for {}", silent.join(", "));
}

#[test]
fn every_shell_learns_every_command() {
    let names: BTreeSet<String> =
        commands().into_iter().filter_map(|(name, _)| Some(name.split(' ').nth(1)?.to_owned())).collect();
    assert!(names.len() >= 6, "{names:?}");
    for shell in Shell::value_variants() {
        let script = String::from_utf8(completions(*shell)).unwrap();
        for name in &names {
            assert!(script.contains(name.as_str()), "{shell}: {name}");
        }
    }
}

#[test]
fn bash_takes_its_completions() {
    let Ok(mut bash) = Command::new("bash").arg("-s").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
    else {
        return;
    };
    let mut input = bash.stdin.take().unwrap();
    input.write_all(&completions(Shell::Bash)).unwrap();
    input.write_all(b"\nCOMP_WORDS=(thalweg gra); COMP_CWORD=1; _thalweg thalweg gra thalweg; echo \"${COMPREPLY[@]}\"\n").unwrap();
    drop(input);
    let output = bash.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), "graph");
}

#[test]
fn every_command_has_a_manual_page() {
    let pages = manual().unwrap();
    let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[0], "thalweg");
    for (name, _) in commands().iter().filter(|(name, _)| name.split(' ').count() == 2) {
        assert!(names.contains(&name.replace(' ', "-").as_str()), "{name}");
    }
    for (name, page) in &pages {
        let page = String::from_utf8(page.clone()).unwrap();
        assert!(page.contains(&format!(".TH {name} 1")), "{name}: {page}");
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
    }
}
