package datasource

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/exact"
	"clientportal/internal/web"
)

// stateOf is a source's state in words and colour.
func stateOf(s State) web.State {
	switch s {
	case UpToDate:
		return web.State{Tone: web.Done, Words: "Up to date"}
	case Syncing:
		return web.State{Tone: web.Active, Words: "Being read"}
	case Stale:
		return web.State{Tone: web.Late, Words: "Older than it should be"}
	case NeedsAuthorisation:
		return web.State{Tone: web.Late, Words: "Needs to be authorised"}
	case NeedsAttention:
		return web.State{Tone: web.Late, Words: "Needs attention"}
	case Waiting:
		return web.State{Tone: web.Waiting, Words: "Waits to try again"}
	case Disconnected:
		return web.State{Tone: web.Closed, Words: "Disconnected"}
	}
	return web.State{Tone: web.Open, Words: "Not read yet"}
}

func grouped(n int64) string { return exact.Grouped(strconv.FormatInt(n, 10)) }

// troubled reports whether something stands in the way.
func (v sourcePage) troubled() bool {
	switch v.Status {
	case NeedsAuthorisation, NeedsAttention, Stale, Waiting:
		return v.ConnectedAt != nil
	}
	return false
}

func (v sourcePage) trouble() (web.Tone, string) {
	switch v.Status {
	case Waiting:
		return web.Waiting, "It is tried again by itself"
	case Stale:
		return web.Waiting, "The numbers are older than they should be"
	}
	if v.row.FailedAt != nil {
		return web.Late, "The last sync failed"
	}
	return web.Late, stateOf(v.Status).Words
}

// answersItself is a form whose answer is a page and no redirect, which Turbo takes for
// a mistake.
var answersItself = map[string]any{"data-turbo": "false"}

// actions are those of the page's head.
func (v sourcePage) actions() []web.Action {
	at := staffPath(v.ID)
	switch {
	case !v.manages:
		return nil
	case v.SourceType == CSV:
		return []web.Action{{Label: "Edit", Icon: web.IconEdit, Href: at + "/edit"}, {Label: "Upload a file", Icon: web.IconPlus, Kind: web.Primary, Href: at + "/upload"}}
	case v.SourceType == Push:
		return []web.Action{{Label: "Edit", Icon: web.IconEdit, Href: at + "/edit"}, {Label: "Metrics", Href: at + "/metrics"}, {Label: "New token", Icon: web.IconKey, Kind: web.Primary, Post: at + "/push-token"}}
	}
	list := []web.Action{{Label: "Edit", Icon: web.IconEdit, Href: at + "/edit"}}
	test := web.Action{Label: "Test", Post: at + "/test", Attrs: answersItself}
	if v.ConnectionStatus == "connected" && !v.chosen {
		return append(list, test, web.Action{Label: "Choose an account", Kind: web.Primary, Href: at + "/accounts"})
	}
	if v.ConnectionStatus == "connected" {
		list = append(list, test, web.Action{Label: "Sync now", Icon: web.IconSync, Post: at + "/sync"})
	}
	if v.Status == NeedsAuthorisation || v.Status == Disconnected {
		renew := web.Action{Label: "Renew connection", Kind: web.Primary, Href: at + "/edit"}
		if v.oauth {
			renew = web.Action{Label: "Authorise", Kind: web.Primary, Href: at + "/authorise", Attrs: map[string]any{"data-turbo": "false"}}
		}
		list = append(list, renew)
	}
	return list
}

// wholeDays are the days whose numbers are all there.
func wholeDays(from, to *Day) string {
	switch {
	case to == nil:
		return "Nothing yet"
	case from == nil:
		return "To " + to.Format("2 Jan 2006")
	}
	return from.Format("2 Jan 2006") + " to " + to.Format("2 Jan 2006")
}

// healthFacts are what is known of how a source is.
func (v sourcePage) healthFacts() []web.Fact {
	never := func(t *time.Time, otherwise string) web.Fact {
		if t == nil {
			return web.Fact{Text: otherwise}
		}
		return web.Fact{Value: web.Moment(v.clock, *t)}
	}
	complete := web.Fact{Term: "Complete", Text: wholeDays(v.CompleteFrom, v.CompleteTo)}
	last, next := never(v.LastSyncAt, "Never"), never(v.NextSyncAt, "When somebody asks")
	last.Term, next.Term = "Last success", "Next try"
	if !v.reads {
		next.Text = "When numbers come"
	}
	if v.row.FailureKind == string(upstream.Reauthorise) {
		next = web.Fact{Term: "Next try", Text: "After renewal"}
	}
	facts := []web.Fact{complete, last, next}
	if good, all := v.succeeded(); all > 0 {
		facts = append(facts, web.Fact{Term: "Succeeded", Text: fmt.Sprintf("%d of the last %d", good, all)})
	}
	facts = append(facts, web.Fact{Term: "Numbers kept", Text: grouped(v.RowsKept)})
	if v.reads {
		facts = append(facts, web.Fact{Term: "Restated days", Text: fmt.Sprintf("%d at each sync", v.limits.RestatedDays)})
	}
	if string(v.Quota) != "null" && len(v.Quota) < 200 {
		facts = append(facts, web.Fact{Term: "Quota", Text: quotaWords(v.Quota)})
	}
	if len(v.Unavailable) > 0 {
		facts = append(facts, web.Fact{Term: "Not given", Text: strings.Join(v.Unavailable, ", ")})
	}
	return facts
}

// quotaWords is a quota in its system's own words, without the marks of JSON.
func quotaWords(raw []byte) string {
	var used struct {
		Percent string `json:"used_percent"`
	}
	switch err := json.Unmarshal(raw, &used); {
	case string(raw) == "null":
		return ""
	case err == nil && used.Percent != "":
		return used.Percent + "% used"
	}
	parts := strings.Split(strings.NewReplacer(`{`, "", `}`, "", `"`, "", "_", " ").Replace(string(raw)), ",")
	for i, part := range parts {
		name, value, _ := strings.Cut(part, ":")
		if n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64); err == nil {
			value = grouped(n)
		}
		parts[i] = strings.TrimSpace(name + " " + strings.TrimSpace(value))
	}
	return strings.Join(parts, "; ")
}

func (v sourcePage) connectionFacts() []web.Fact {
	facts := []web.Fact{{Term: "Kind", Text: cmp.Or(v.system, map[string]string{CSV: "Uploaded files", Push: "Push"}[v.SourceType])}}
	if v.reads {
		kept := "none"
		if v.row.ApiCredentials != nil {
			kept = "kept encrypted, never shown"
		}
		facts = append(facts, web.Fact{Term: "Credentials", Text: kept})
	}
	if v.SourceType == Push {
		kept := "none yet"
		if v.row.PushTokenHash != nil {
			kept = "made, never shown again"
		}
		facts = append(facts, web.Fact{Term: "Token", Text: kept})
	}
	if v.TokenExpiresAt != nil {
		facts = append(facts, web.Fact{Term: "Ends", Value: web.Moment(v.clock, *v.TokenExpiresAt)})
	}
	if v.ConnectedAt != nil {
		facts = append(facts, web.Fact{Term: "Connected", Text: v.ConnectedBy + ", " + v.ConnectedAt.In(zoneOf(v.row.Zone)).Format("2 Jan 2006")})
	}
	if v.reads {
		every := map[string]string{"daily": fmt.Sprintf("every day at %02d:00", v.SyncHour), "hourly": "every hour", "manual": "when somebody asks"}[v.SyncFrequency]
		facts = append(facts, web.Fact{Term: "Read", Text: every})
	}
	return facts
}

// account is the line of what a source is set to.
func (v sourcePage) account() string {
	var parts []string
	for _, part := range []string{v.AccountName, v.Currency, v.Timezone} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// filters is the bar above the list.
func (v sourceList) filters() web.Filters {
	options := []web.Option{{Label: "All customers"}}
	for _, c := range v.customers {
		options = append(options, web.Option{Value: c.ID.String(), Label: c.Name})
	}
	kinds := []web.Option{{Label: "All kinds"}}
	for _, k := range v.kinds {
		kinds = append(kinds, web.Option{Value: k.value, Label: k.label})
	}
	f := web.Filters{Label: "Data sources", Action: root, Selects: []web.FilterSelect{
		{Name: "customer_id", Label: "Customer", Value: v.customer, Options: options}, {Name: "source_type", Label: "Kind", Value: v.kind, Options: kinds},
	}}
	if v.filtered() {
		f.Clear = root
	}
	return f
}

func (v sourceList) filtered() bool { return v.customer != "" || v.kind != "" }

func (v sourceList) actions() []web.Action {
	if !v.manages {
		return nil
	}
	return []web.Action{{Label: "Add a source", Icon: web.IconPlus, Kind: web.Primary, Href: href(root+"/new", "customer_id", v.customer)}}
}
