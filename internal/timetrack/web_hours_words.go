package timetrack

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/markdown"
	"clientportal/internal/maybe"
	"clientportal/internal/web"
)

// seen names an entry and the revision of it that is on the page: a decision binds
// to that one.
func seen(e Entry) string { return e.ID.String() + "." + strconv.Itoa(e.Revision) }

// state is an approval in words.
func (a Approval) state() web.State {
	switch a {
	case Approved:
		return web.State{Tone: web.Done, Words: "Approved"}
	case Rejected:
		return web.State{Tone: web.Late, Words: "Rejected"}
	}
	return web.State{Tone: web.Waiting, Words: "Pending"}
}

// state is what the client says to the entry, if it is laid before them.
func (e Entry) state() web.State {
	if e.Internal {
		return web.State{Tone: web.Neutral, Words: "Internal"}
	}
	return e.Approval.state()
}

// decisionWords say who decided, and when or why.
func (e Entry) decisionWords(c web.Clock) string {
	by := maybe.Value(e.DecidedByName)
	switch {
	case e.Approval == Rejected && e.RejectionReason != nil:
		return by + ": " + markdown.Shorten(*e.RejectionReason, 80)
	case e.Approval == Approved && e.ApprovedByClientUserID == nil && e.ApprovedAt != nil:
		return "By itself, as agreed, " + c.Day(*e.ApprovedAt)
	case e.Approval == Approved && e.ApprovedAt != nil:
		return by + ", " + c.Day(*e.ApprovedAt)
	}
	return ""
}

// meta is who did the work and of what kind it was.
func (v hoursView) meta(c web.Clock, e Entry, withDay bool) string {
	var parts []string
	if withDay {
		parts = append(parts, c.Date(e.DateWorked.Time))
	}
	for _, part := range []*string{e.EmployeeName, e.Category, e.QuoteName} {
		if part != nil && *part != "" {
			parts = append(parts, *part)
		}
	}
	if !e.Billable {
		parts = append(parts, "not billed")
	}
	if e.TicketNumber != nil && !withDay {
		return strings.Join(parts, ", ") + ", "
	}
	return strings.Join(parts, ", ")
}

// editWords say what an entry was when it was approved, if it was edited since.
func (v hoursView) editWords(e Entry) string {
	was, ok := v.edits[e.ID]
	switch {
	case !ok || e.Approval != Pending:
		return ""
	case was.minutes == e.Minutes:
		return "Edited after " + was.by + " approved it"
	}
	return fmt.Sprintf("Edited after %s approved it: %s to %s h", was.by, Hours(was.minutes), e.Hours)
}

// kept is what the filters leave in the address.
func (v hoursView) kept() []web.Hidden {
	var kept []web.Hidden
	if !v.on.IsZero() {
		kept = append(kept, web.Hidden{Name: "on", Value: v.on.String()})
	}
	if v.retainer != uuid.Nil {
		kept = append(kept, web.Hidden{Name: "retainer", Value: v.retainer.String()})
	}
	return kept
}

func (v hoursView) selects() []web.FilterSelect {
	selects := []web.FilterSelect{
		{Name: "status", Label: "Status", Value: string(v.status), Options: []web.Option{
			{Label: "Any status"}, {Value: string(Pending), Label: "Pending"}, {Value: string(Approved), Label: "Approved"}, {Value: string(Rejected), Label: "Rejected"},
		}},
		{Name: "person", Label: "Person", Value: idText(v.person), Options: optionsWith("Anyone", v.people)},
		{Name: "work", Label: "Kind of work", Value: v.work, Options: optionsWith("Any work", v.works)},
	}
	if len(v.projects) > 0 || v.project != uuid.Nil {
		selects = append(selects, web.FilterSelect{Name: "project", Label: "Project", Value: idText(v.project), Options: optionsWith("Any project", v.projects)})
	}
	return append(selects, web.FilterSelect{Name: "billable", Label: "Billing", Value: v.billable, Options: []web.Option{
		{Label: "Billed or not"}, {Value: "yes", Label: "Billed"}, {Value: "no", Label: "Not billed"},
	}})
}

func (v hoursView) none() web.EmptyState {
	if v.isFiltered() {
		return web.EmptyState{
			Icon: web.IconSearch, Title: "No entry is like that", Text: "In this period none has all that you chose.",
			Actions: []web.Action{{Label: "See all of the period", Href: v.unfiltered().path()}},
		}
	}
	return web.EmptyState{Icon: web.IconClock, Title: "No hours in this period", Text: "What the agency works for you stands here on the day it is logged."}
}

// pendingHere and pendingHoursHere are what can be decided on this page of the list.
func (v hoursView) pendingHere() (n int) {
	for _, e := range v.entries.Items {
		if e.Approval == Pending {
			n++
		}
	}
	return n
}

func (v hoursView) pendingHoursHere() (sum Hours) {
	for _, e := range v.entries.Items {
		if e.Approval == Pending {
			sum += e.Hours
		}
	}
	return sum
}

// total is over the whole filter; what was rejected is not in it.
func (v hoursView) total() Hours {
	if v.status == Rejected {
		return v.entries.Totals.RejectedHours
	}
	return v.entries.Totals.Hours - v.entries.Totals.RejectedHours
}

func (v hoursView) totalWords() string {
	words := web.Plural(v.entries.Totals.Count, "entry", "entries")
	if v.entries.Totals.RejectedHours > 0 && v.status != Rejected {
		return words + ", the rejected not counted"
	}
	return words
}

func (v hoursView) paging() web.Paging {
	p := web.Paging{Range: web.Plural(v.entries.Totals.Count, "entry", "entries")}
	if v.cursor != "" {
		p.Newer, p.Back = v.path(), "From the newest on"
	}
	if v.entries.NextCursor != nil {
		values := v.values()
		values.Set("cursor", *v.entries.NextCursor)
		p.Older = clientRoot + "?" + values.Encode()
	}
	return p
}

// rejectPath is where one entry is rejected.
func (v hoursView) rejectPath(e Entry) string {
	return clientRoot + "/reject?" + url.Values{"entry": {seen(e)}, "back": {v.path()}}.Encode()
}

// decisionFields carry a decision on one entry.
func (v hoursView) decisionFields(e Entry) []web.Hidden {
	return []web.Hidden{{Name: "only", Value: seen(e)}, {Name: "back", Value: v.path()}}
}

// signed are hours with a true minus.
func signed(h Hours) string { return strings.Replace(h.String(), "-", "\u2212", 1) }

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
