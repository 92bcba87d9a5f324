package web

// Queue heads the list of a Split.
type Queue struct {
	Title   string
	Label   string // of the list: "Tickets in the queue"
	Open    bool   // an entry is open beside it, whose title heads the page
	Views   []View
	Sorts   []View // the orders to choose from
	Filters Filters
}

// sort is the order that the list is in.
func (q Queue) sort() string {
	for _, s := range q.Sorts {
		if s.Current {
			return s.Label
		}
	}
	return "Order"
}

// QueueEntry is one line of a queue. Due is the time that is left, with its tone:
// Late when over, Waiting when short.
type QueueEntry struct {
	Href     string
	Number   string
	Customer string
	Title    string
	Due      State
	State    State
	Priority string
	With     string // "Nobody" when nobody has it
	Current  bool
}

// SplitTitle heads the open entry of a Split. Back leads to the list where there
// is no room for both; Newer and Older to the entries beside it, "" where none is.
type SplitTitle struct {
	Title        string
	About        string // "DG-213"
	Customer     Link
	Back         string
	Newer, Older string
	Actions      []Action
}

func (e QueueEntry) dueClass() string {
	if e.Due.Tone == Late || e.Due.Tone == Waiting {
		return "font-medium " + tones[e.Due.Tone].class
	}
	return "text-muted"
}
