package web

// View is a ready-made filter above a list, with its count; a zero is not shown.
// Alarm colours the count, for what is overdue.
type View struct {
	Label   string
	Href    string
	Count   int
	Current bool
	Alarm   bool
}

// Filters is the bar above a list: a plain GET form, so that every filter stands
// in the address.
type Filters struct {
	Label       string // of the form: "Tickets"
	Action      string
	Query       string // the value of q
	Placeholder string // "Search titles and messages"
	Selects     []FilterSelect
	Hidden      []Hidden // what else the address keeps: the view, the sort
	Clear       string   // where everything is unfiltered; "" when it is
	Found       string   // "10 of 38 tickets"
}

// FilterSelect is one menu of the bar. The first option is usually "Any …" with
// an empty value. Wide ones are left out on phones.
type FilterSelect struct {
	Name, Label string
	Value       string
	Options     []Option
	Wide        bool
}

// Paging leads through a list by cursors. Range says where the reader is:
// "1 to 10 of 38"; Newer and Older are addresses, "" where there is no more. A list
// that is not by time has words of its own for them.
type Paging struct {
	Range, Newer, Older string
	Back, On            string // in the place of "Newer" and "Older"
}

// EmptyState says why there is nothing, and what to do next.
type EmptyState struct {
	Icon    IconName
	Title   string
	Text    string
	Actions []Action
}

// WaitingItem is something that waits for the reader: what, why, since when, and
// the button that deals with it. Urgent colours Since, when it is due or late.
type WaitingItem struct {
	Icon   IconName
	Title  string
	Text   string
	Since  string
	Urgent bool
	Do     Action
}

// Column heads one column of a table. Numbers stand at the right; From says
// below which width it is left out.
type Column struct {
	Label string
	Num   bool
	From  Breakpoint
	Sort  string // "ascending" or "descending" where the list is sorted by it
}

// Breakpoint is the window's width from which something is shown.
type Breakpoint string

// Always is everywhere; FromTablet leaves phones out, FromDesktop tablets too.
const (
	Always      Breakpoint = ""
	FromTablet  Breakpoint = "max-md:hidden"
	FromDesktop Breakpoint = "max-lg:hidden"
)
