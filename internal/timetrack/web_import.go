package timetrack

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/markdown"
	"clientportal/internal/maybe"
	"clientportal/internal/route"
	"clientportal/internal/sheet"
	"clientportal/internal/upload"
	"clientportal/internal/web"
)

const (
	acceptedShown = 20  // rows that show what comes in
	refusalsShown = 100 // the others are in the file of them all
)

func (c staffPages) showUpload(w http.ResponseWriter, r *http.Request) error {
	c.drawUpload(w, r, http.StatusOK, web.Form{})
	return nil
}

func (c staffPages) drawUpload(w http.ResponseWriter, r *http.Request, status int, f web.Form) {
	p := c.page(w, r, staffRoot, "Import hours", web.Crumb{Label: "Hours", Href: staffRoot}, web.Crumb{Label: "Import"})
	p.Width = web.Narrow
	web.Render(w, r, status, uploadPage(p, f))
}

func (c staffPages) upload(w http.ResponseWriter, r *http.Request) error {
	name, file, err := upload.Table(w, r, "CSV", importLimits.Bytes)
	if err == nil {
		var id uuid.UUID
		if id, err = c.Upload(r.Context(), name, file); err == nil {
			http.Redirect(w, r, importPath(id), http.StatusSeeOther)
			return nil
		}
	}
	if !fault.Mendable(err) {
		return err
	}
	f, _ := web.Form{}.With(err)
	c.drawUpload(w, r, fault.Status(err), f)
	return nil
}

// importView is an upload with what an import of it would come to.
type importView struct {
	Import
	ImportReport
	form web.Form // of the options
}

func (c staffPages) showImport(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "upload")
	if err != nil {
		return err
	}
	v := importView{}
	if v.Import, v.ImportReport, err = c.Review(r.Context(), id); err != nil {
		return err
	}
	v.form = web.Form{Values: url.Values{"date_order": {v.DateOrder}}}
	if v.IsRetainer {
		v.form.Values.Set("is_retainer", "on")
	}
	p := c.page(w, r, staffRoot, v.FileName, web.Crumb{Label: "Hours", Href: staffRoot}, web.Crumb{Label: "Import", Href: staffRoot + "/import"}, web.Crumb{Label: v.FileName})
	web.Render(w, r, http.StatusOK, importPage(p, v))
	return nil
}

func (c staffPages) setImportOptions(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "upload")
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err == nil {
		err = c.SetImportOptions(r.Context(), id, ImportOptions{DateOrder: f.Value("date_order"), IsRetainer: f.Value("is_retainer") != ""})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, importPath(id), http.StatusSeeOther)
	return nil
}

func (c staffPages) runImport(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "upload")
	if err == nil {
		_, err = c.RunImport(r.Context(), id)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, importPath(id), http.StatusSeeOther)
	return nil
}

// refusedRows answers with the refused rows as CSV, why they are refused in the last
// column: put right, the file can be imported in its turn.
func (c staffPages) refusedRows(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "upload")
	if err != nil {
		return err
	}
	i, report, err := c.Review(r.Context(), id)
	if err != nil {
		return err
	}
	content, err := written(func(out *bytes.Buffer) error {
		return sheet.WriteRefused(out, i.header, refusedOf(report.Refusals))
	})
	if err == nil {
		web.SendFile(w, "refused-rows.csv", statementTypes[formatCSV], content)
	}
	return err
}

func refusedOf(refusals []ImportRefusal) (rows []sheet.Refused) {
	for _, r := range refusals {
		rows = append(rows, sheet.Refused{Row: r.row, Why: r.text()})
	}
	return rows
}

// work is what a refused row is about, in a few words.
func (v importView) work(r ImportRefusal) string {
	return markdown.Shorten(firstOf(v.cell(r.row, colDescription), v.cell(r.row, colTask)), 40)
}

// text is why a row is refused, as a sentence for each reason.
func (r ImportRefusal) text() string {
	parts := make([]string, len(r.Reasons))
	for i, reason := range r.Reasons {
		parts[i] = reason.Message
	}
	return strings.Join(parts, " ")
}

func importPath(id uuid.UUID, parts ...string) string {
	return below(importRoot, append([]string{id.String()}, parts...)...)
}

// outcome says what an import would come to.
func (v importView) outcome() []web.Fact {
	facts := []web.Fact{
		{Term: "Report", Text: v.label + ", " + web.Plural(v.Rows, "row")},
		{Term: "New", Text: fmt.Sprintf("%s, %s h", web.Plural(v.Accepted, "entry", "entries"), v.Hours)},
	}
	if v.Unchanged > 0 {
		facts = append(facts, web.Fact{Term: "Unchanged", Text: web.Plural(v.Unchanged, "row") + " imported before"})
	}
	if v.Refused > 0 {
		facts = append(facts, web.Fact{Term: "Refused", Text: web.Plural(v.Refused, "row")})
	}
	if len(v.Unknown) > 0 {
		facts = append(facts, web.Fact{Term: "No project", Text: "The portal has no project called " + strings.Join(v.Unknown, ", ") + ": these rows come in without one."})
	}
	if len(v.Beyond) > 0 {
		facts = append(facts, web.Fact{Term: "Consent", Text: "Some rows go beyond " + v.beyond() + ". An import asks the client for a block; import these rows once they approve it."})
	}
	return facts
}

// beyond names the retainers that rows go beyond.
func (v importView) beyond() string {
	var names []string
	for _, at := range v.Beyond {
		if !slices.Contains(names, at.Name) {
			names = append(names, at.Name)
		}
	}
	return strings.Join(names, ", ")
}

// none says why there is nothing to import.
func (v importView) none() string {
	switch {
	case len(v.Beyond) > 0:
		return "Nothing of it can be imported before the client approves a block beyond " + v.beyond() + ": ask for it on the retainer's page."
	case v.Unchanged == v.Rows:
		return "All of it was imported before."
	}
	return "Nothing of it can be imported."
}

// made says what an import has brought.
func (v importView) made() string {
	words := fmt.Sprintf("%s with %s h are new. They wait for the clients' approval.", web.Plural(v.EntriesMade, "entry", "entries"), v.MinutesMade)
	if len(v.Beyond) > 0 {
		words += " The client is asked for a block beyond " + v.beyond() + ": import the file again once they approve it."
	}
	return words
}

// dateOrders are the choices of how dates are meant.
var dateOrders = []web.Option{
	{Value: "", Label: "As the file shows"}, {Value: string(orderDayFirst), Label: "Day first: 03/04 is 3 April"}, {Value: string(orderMonthFirst), Label: "Month first: 03/04 is 4 March"},
}

// sampleMeta is who did an imported piece of work, and for what.
func sampleMeta(e planned) string {
	parts := []string{e.setting.EmployeeName}
	for _, part := range []string{e.draft.category, maybe.Value(e.setting.QuoteName)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if !e.draft.billable {
		parts = append(parts, "not billable")
	}
	return strings.Join(parts, ", ")
}
