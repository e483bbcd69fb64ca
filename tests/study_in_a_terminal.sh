#!/usr/bin/env bash
# The app for learners in a real terminal: first start, an answer, an exam left and gone on with, another size, a lab,
# a process that is killed, and a terminal that is given back. Needs tmux; the binary is the first argument.
set -euo pipefail
thalweg=$(realpath "$1")
here=$(mktemp -d)
terminals=0
tmux="tmux -L thalweg-$$-0 -f /dev/null"
trap '$tmux kill-server 2>/dev/null || true; rm -rf "$here"' EXIT
export TERM=xterm-256color EDITOR="$here/editor"
unset NO_COLOR COLORTERM VISUAL

step() { printf '   %s\n' "$*"; }
screen() { $tmux capture-pane -p; }
press() { $tmux send-keys "$@"; }

# Waits until the screen shows a text, which is never asked of the clock.
shows() {
  for _ in $(seq 200); do
    screen | grep --quiet --fixed-strings -- "$1" && return
    sleep 0.05
  done
  printf 'the screen does not show `%s`:\n' "$1"
  screen
  exit 1
}

start() {
  $tmux kill-server 2>/dev/null || true
  # A server that is still leaving would take the new session with it.
  terminals=$((terminals + 1))
  tmux="tmux -L thalweg-$$-$terminals -f /dev/null"
  $tmux new-session -d -x 80 -y 24 "bash --norc"
  $tmux send-keys "PS1='shell\$ '; clear" Enter
  shows 'shell$'
  $tmux send-keys "$thalweg study --data-dir $here/data --seed 1 $*" Enter
  shows 'enter open'
}

answers() { if [ -e "$here/data/reviews.jsonl" ]; then wc -l <"$here/data/reviews.jsonl"; else echo 0; fi; }

step 'first start, and one answer'
start
shows 'Nothing is asked yet.'
press Enter
shows 'enter answer'
press Enter
# Some formats ask for more than what is marked; the first ones of the bank take one option.
shows 'How sure are you?'
press 2
shows 'Your answer is'
[ "$(answers)" = 1 ]

step 'another size, smaller than there is a page for, and back'
$tmux resize-window -x 50 -y 12
shows 'needs 60x16, has 50x12'
$tmux resize-window -x 60 -y 16
shows 'Your answer is'
$tmux resize-window -x 120 -y 40
shows 'The design of what is marked'
$tmux resize-window -x 80 -y 24

step 'the terminal is given back'
press q
shows 'shell$'
press 'echo given back' Enter
shows 'given back'

step 'an exam that is left, and gone on with'
start --exam SAA
press 4
shows 'SAA-C03, whole'
press 1
shows 'question 1 of'
press 1 n
shows 'question 2 of'
press f
shows 'flagged'
press q
shows 'Leave the exam?'
press y
shows 'shell$'
start --exam SAA
press 4
shows 'Go on with SAA-C03'
press 1
shows 'question 2 of'
shows 'flagged'

step 'killed in the middle of it: nothing is lost'
press 1
shows '1 (•)'
pid=$(pgrep -f "study --data-dir $here/data" | tail -1)
kill -9 "$pid"
start --exam SAA
press 4
shows 'Go on with SAA-C03'
press 1
shows 'question 2 of'
before=$(answers)
press g
shows 'Hand in'
press 1
shows 'Hand in?'
press y
shows 'points'
[ "$(answers)" -gt "$before" ]
press q
shows 'shell$'

step 'ctrl-c leaves from anywhere, and a signal does too'
start
press 3
shows 'Services'
press C-c
shows 'shell$'
start
kill -TERM "$(pgrep -f "study --data-dir $here/data" | tail -1)"
shows 'shell$'
press 'echo given back again' Enter
shows 'given back again'

step 'a lab that is repaired in the editor of the system'
start
press 2
if screen | grep --quiet 'There is nothing here'; then
  echo 'SKIPPED: there is no lab yet'
else
  shows '▸ 1'
  press Enter
  shows 'The design'
  printf '#!/bin/sh\necho "# looked at" >>"$1"\n' >"$here/editor"
  chmod +x "$here/editor"
  press o
  shows 'not mended yet'
  grep --quiet 'looked at' "$here"/data/labs/*.thalweg.yaml
fi
press q
shows 'shell$'

step 'a terminal that goes away takes the app with it'
start
running=$(pgrep --full --newest "study --data-dir $here/data")
$tmux kill-server
for _ in $(seq 100); do
  kill -0 "$running" 2>/dev/null || break
  sleep 0.05
done
if kill -0 "$running" 2>/dev/null; then
  kill -9 "$running"
  echo 'the app runs on after its terminal is gone' && exit 1
fi

step 'line by line, for pipes'
printf '1\n1\n2\nback\nquit\n' | "$thalweg" study --data-dir "$here/lines" --seed 1 >"$here/lines.txt"
grep --quiet 'Your answer is' "$here/lines.txt"
LC_ALL=C grep --quiet "$(printf '\033')" "$here/lines.txt" && { echo 'line by line there are no escapes'; exit 1; }
[ "$(wc -l <"$here/lines/reviews.jsonl")" = 1 ]

step 'how long it takes'
took() { local start end; start=$(date +%s%N); "$@" >/dev/null; end=$(date +%s%N); echo $(((end - start) / 1000000)); }
for _ in 1 2 3 4 5; do took "$thalweg" study --plain --data-dir "$here/data" </dev/null; done | sort -n | sed -n 3p |
  { read -r ms; echo "   from start to the first page and out again: $ms ms"; }
