package demo

import (
	"embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"clientportal/internal/ticket"
)

// The stories: one file for each customer, and common.txt, of which every
// customer gets some. Their form is this:
//
//	=== Title of the ticket
//	by member
//	priority high
//	category E-mail
//	project Name of one of the customer's projects
//	age 12m
//	let word = one | another
//	& file.csv
//	    its lines, indented
//
//	The ticket's description.
//
//	>> sam +20m takes
//	>> priya @3h asks
//	What she writes.
//
// Without a priority it is medium. An age says how long ago the story begins;
// without one it finds its place in the year. A step comes some time (+) after
// the one before, in working hours, or at a certain time ago (@). {word} is one of
// the words after let, {owner} and the like are first names.
//
//go:embed stories/*.txt
var storyFiles embed.FS

// story is a ticket and what becomes of it.
type story struct {
	title, by         string
	category, project string
	priority          ticket.Priority
	age               time.Duration
	words             map[string][]string
	opening           speech
	steps             []step
}

// speech is what somebody writes, with files.
type speech struct {
	text  string
	files []file
}

// file is an attachment: a name, whose extension says what is made of the lines.
type file struct {
	name  string
	lines []string
}

// step is what somebody does. Verb is one of verbs, or "" for a reply.
type step struct {
	who, verb, object string
	after, ago        time.Duration // one of the two
	speech
}

// verbs are what a step may be besides a reply, and whether words go with it.
var verbs = map[string]bool{
	"takes": false, "gives": false, "sets": false, "closes": false,
	"asks": true, "internal": true, "notes": true, "resolves": true,
}

// stories reads the stories of a file.
func stories(name string) ([]story, error) {
	text, err := storyFiles.ReadFile("stories/" + name + ".txt")
	if err != nil {
		return nil, err
	}
	var all []story
	for _, part := range strings.Split("\n"+string(text), "\n=== ")[1:] {
		s, err := parse(part)
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", name, s.title, err)
		}
		all = append(all, s)
	}
	return all, nil
}

func parse(text string) (s story, err error) {
	acts := strings.Split(text, "\n>> ")
	head, description, _ := strings.Cut(acts[0], "\n\n")
	s.title, head, _ = strings.Cut(head, "\n")
	s.priority, s.words = ticket.Medium, map[string][]string{}
	files := speechOf(head).files
	for line := range strings.Lines(speechOf(head).text) {
		if err := s.set(strings.TrimSpace(line)); err != nil {
			return s, err
		}
	}
	s.opening = speechOf(description)
	s.opening.files = append(files, s.opening.files...)
	if s.by == "" || s.opening.text == "" {
		return s, fmt.Errorf("lacks an author or a description")
	}
	for _, act := range acts[1:] {
		step, err := parseStep(act)
		if err != nil {
			return s, err
		}
		s.steps = append(s.steps, step)
	}
	return s, nil
}

// set reads one line of a story's head.
func (s *story) set(line string) (err error) {
	key, value, _ := strings.Cut(line, " ")
	switch key {
	case "by":
		s.by = value
	case "priority":
		s.priority = ticket.Priority(value)
	case "category":
		s.category = value
	case "project":
		s.project = value
	case "age":
		s.age, err = parseDuration(value)
	case "let":
		word, choices, _ := strings.Cut(value, " = ")
		s.words[word] = strings.Split(choices, " | ")
	default:
		err = fmt.Errorf("what is %q?", line)
	}
	return err
}

func parseStep(act string) (st step, err error) {
	line, words, _ := strings.Cut(act, "\n")
	st.speech = speechOf(words)
	parts := append(strings.Fields(line), "", "")
	st.who, st.verb, st.object = parts[0], parts[2], parts[3]
	switch when := parts[1]; {
	case strings.HasPrefix(when, "+"):
		st.after, err = parseDuration(when[1:])
	case strings.HasPrefix(when, "@"):
		st.ago, err = parseDuration(when[1:])
	default:
		err = fmt.Errorf("step %q: when?", line)
	}
	speaks, known := verbs[st.verb]
	if st.verb == "" {
		speaks, known = true, true
	}
	if err == nil && (!known || speaks != (st.text != "")) {
		err = fmt.Errorf("step %q: not a verb, or words too many or too few", line)
	}
	return st, err
}

// speechOf takes the files out of a text.
func speechOf(text string) (s speech) {
	var words []string
	inFile := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		name, isFile := strings.CutPrefix(line, "& ")
		content, indented := strings.CutPrefix(line, "    ")
		switch {
		case isFile:
			s.files = append(s.files, file{name: name})
		case inFile && indented:
			last := &s.files[len(s.files)-1]
			last.lines = append(last.lines, content)
		default:
			words = append(words, line)
		}
		inFile = isFile || inFile && indented
	}
	s.text = strings.TrimSpace(strings.Join(words, "\n"))
	return s
}

// parseDuration reads minutes, hours and days: 12m, 3h, 2d.
func parseDuration(text string) (time.Duration, error) {
	units := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}
	at := len(text) - 1
	if at < 1 || units[text[at:]] == 0 {
		return 0, fmt.Errorf("duration %q", text)
	}
	n, err := strconv.Atoi(text[:at])
	return time.Duration(n) * units[text[at:]], err
}

// length is how long the story takes at least.
func (s story) length() (length time.Duration) {
	for _, st := range s.steps {
		length += st.after
	}
	return length
}

var blank = regexp.MustCompile(`\{([a-z]+)\}`)

// fill puts words into the blanks of a text. A blank without a word is a fault of
// the story.
func fill(text string, words map[string]string) (string, error) {
	var err error
	filled := blank.ReplaceAllStringFunc(text, func(b string) string {
		word, ok := words[b[1:len(b)-1]]
		if !ok {
			err = fmt.Errorf("no word for %s", b)
		}
		return word
	})
	return filled, err
}
