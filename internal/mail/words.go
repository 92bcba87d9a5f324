package mail

import (
	"regexp"
	"slices"
	"strings"
)

// Kind is a mail to clients whose words the agency may set.
type Kind string

// The mails whose words the agency may set.
const (
	Invitation    Kind = "invitation"
	TicketAnswer  Kind = "ticket_answer"
	QuoteSent     Kind = "quote_sent"
	ProjectUpdate Kind = "project_update"
	Deliverable   Kind = "deliverable"
)

// Words are what a mail begins and ends with, around what it tells: plain text, with
// placeholders in braces, an empty line between paragraphs. Empty is nothing.
type Words struct {
	Intro   string `json:"intro" maxLength:"5000"`
	Closing string `json:"closing" maxLength:"5000"`
}

// Placeholder is a word in braces that a mail fills in: {company}.
type Placeholder struct{ Name, Means, Sample string }

// Wording is one kind of mail: what it is, what may be filled in, and the words that it
// has as long as the agency sets none.
type Wording struct {
	Kind         Kind
	Label, When  string
	Placeholders []Placeholder
	Default      Words
}

// The placeholders.
var (
	nameOf    = Placeholder{"name", "the reader's name", "Mara Lindqvist"}
	companyOf = Placeholder{"company", "the reader's company", "Dapper Goods"}
	agencyOf  = Placeholder{"agency", "the agency's name", "Northlight"}
	inviterOf = Placeholder{"inviter", "who invites", "Sam Okafor"}
	authorOf  = Placeholder{"author", "who wrote or delivered", "Sam Okafor"}
	numberOf  = Placeholder{"number", "the number of the ticket or quote", "DG-213"}
	titleOf   = Placeholder{"title", "what the ticket, quote or project is called", "Checkout redesign"}
)

var about = []Placeholder{nameOf, companyOf, agencyOf, authorOf, numberOf, titleOf}

// Wordings are all mails whose words may be set, in the order in which they are shown.
var Wordings = []Wording{
	{
		Kind: Invitation, Label: "Invitation", When: "Somebody is asked to join a company in the portal.",
		Placeholders: []Placeholder{companyOf, agencyOf, inviterOf},
		Default:      Words{Intro: "In the portal you see what is being done for {company}, raise tickets and read the answers."},
	},
	{Kind: TicketAnswer, Label: "Answer on a ticket", When: "Somebody of the agency answers.", Placeholders: about},
	{
		Kind: QuoteSent, Label: "Quote", When: "A quote is sent, and waits for a decision.",
		Placeholders: []Placeholder{nameOf, companyOf, agencyOf, numberOf, titleOf},
	},
	{Kind: ProjectUpdate, Label: "Update on a project", When: "The agency tells how a project is coming on.", Placeholders: about},
	{Kind: Deliverable, Label: "Deliverable", When: "Something is handed over, to be signed off.", Placeholders: about},
}

// WordingOf is the mail of this kind.
func WordingOf(k Kind) (Wording, bool) {
	i := slices.IndexFunc(Wordings, func(w Wording) bool { return w.Kind == k })
	if i < 0 {
		return Wording{}, false
	}
	return Wordings[i], true
}

var braces = regexp.MustCompile(`\{[^{}]*\}|[{}]`)

// Unknown is the first thing in braces, or brace, of a text that the mail can't fill
// in; "" is none.
func (w Wording) Unknown(text string) string {
	for _, found := range braces.FindAllString(text, -1) {
		known := slices.ContainsFunc(w.Placeholders, func(p Placeholder) bool { return found == "{"+p.Name+"}" })
		if !known {
			return found
		}
	}
	return ""
}

// Samples are values for all placeholders.
func (w Wording) Samples() map[string]string {
	values := map[string]string{}
	for _, p := range w.Placeholders {
		values[p.Name] = p.Sample
	}
	return values
}

// Say fills the words of this kind into the letter: the agency's, or those that the
// kind has anyway. The agency is known to the letter.
func (l *Letter) Say(k Kind, values map[string]string) {
	words, set := l.Words[k]
	if !set {
		w, _ := WordingOf(k)
		words = w.Default
	}
	pairs := []string{"{agency}", l.Agency}
	for name, value := range values {
		pairs = append(pairs, "{"+name+"}", value)
	}
	filled := strings.NewReplacer(pairs...) // in one go, so that braces in a value stay as they are
	l.Intro, l.Closing = paragraphs(filled.Replace(words.Intro)), paragraphs(filled.Replace(words.Closing))
}

// paragraphs are those of a plain text.
func paragraphs(text string) (all []string) {
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return all
}
