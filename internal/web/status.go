package web

// Tone is the meaning that a colour and a glyph carry together.
type Tone string

// The tones: broken ring planned, ring open, half in progress, pause waiting, disc done, hollow tick
// closed, mark late or failed; Neutral is for plain notes.
const (
	Neutral Tone = ""
	Planned Tone = "planned"
	Open    Tone = "open"
	Active  Tone = "active"
	Waiting Tone = "waiting"
	Done    Tone = "done"
	Closed  Tone = "closed"
	Late    Tone = "late"
)

// glyph and colour are looked up here, so that no tone lacks either.
var tones = map[Tone]struct {
	icon  IconName
	class string
}{
	Neutral: {IconInfo, "text-muted"},
	Planned: {iconPlanned, "text-muted"},
	Open:    {iconOpen, "text-info"},
	Active:  {iconActive, "text-primary"},
	Waiting: {iconWaiting, "text-warning"},
	Done:    {iconDone, "text-success"},
	Closed:  {iconClosed, "text-muted"},
	Late:    {iconLate, "text-error"},
}

// State is a status in words, with the tone that colours it.
type State struct {
	Tone  Tone
	Words string
}

// Says returns the state with other words: "Priya is on it".
func (s State) Says(words string) State {
	s.Words = words
	return s
}

// TicketState is a ticket's status as the viewer reads it: what waits for the
// client is "Waiting for you" to one side and "Waiting for client" to the other.
func TicketState(status string, staff bool) State {
	switch status {
	case "open":
		return State{Open, "Open"}
	case "in_progress":
		return State{Active, "In progress"}
	case "waiting_for_client":
		if staff {
			return State{Waiting, "Waiting for client"}
		}
		return State{Waiting, "Waiting for you"}
	case "resolved":
		return State{Done, "Resolved"}
	case "closed":
		return State{Closed, "Closed"}
	}
	return State{Neutral, status}
}

// priorities are those of tickets, from least to most.
var priorities = map[string]struct {
	words string
	icon  IconName
	class string
}{
	"low":    {"Low", iconLow, "text-muted"},
	"medium": {"Medium", iconMedium, "text-muted"},
	"high":   {"High", iconHigh, "text-base-content"},
	"urgent": {"Urgent", iconUrgent, "text-error"},
}

// AvatarSize is how large initials are drawn.
type AvatarSize string

// Small stands in a line of text, medium in the bar and in lists, large beside
// a message.
const (
	AvatarSmall  AvatarSize = "size-5 text-[0.5625rem]"
	AvatarMedium AvatarSize = "size-7 text-[0.6875rem]"
	AvatarLarge  AvatarSize = "size-8 text-xs"
)
