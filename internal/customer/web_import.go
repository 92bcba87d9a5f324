package customer

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/sheet"
	"clientportal/internal/upload"
	"clientportal/internal/web"
)

// uploads is where files wait to be imported.
const uploads = "/staff/customer-imports"

const (
	samples       = 3   // rows that show what a column holds
	refusalsShown = 100 // the others are in the file of them all
)

func (c staffPages) showUpload(w http.ResponseWriter, r *http.Request) error {
	c.drawUpload(w, r, http.StatusOK, web.Form{})
	return nil
}

func (c staffPages) drawUpload(w http.ResponseWriter, r *http.Request, status int, f web.Form) {
	p := c.page(w, r, "Import customers", web.Crumb{Label: "Customers", Href: root}, web.Crumb{Label: "Import"})
	p.Width = web.Narrow
	web.Render(w, r, status, uploadPage(p, f))
}

func (c staffPages) upload(w http.ResponseWriter, r *http.Request) error {
	name, file, err := upload.Table(w, r, "CSV", importLimits.Bytes)
	if err == nil {
		var id uuid.UUID
		if id, err = c.Upload(r.Context(), name, file); err == nil {
			http.Redirect(w, r, uploadPath(id), http.StatusSeeOther)
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

// review is an upload with what an import of it would come to.
type review struct {
	Import
	Report
	form    web.Form // of the columns
	unclear bool     // the columns are not, and there is no report
}

func (c staffPages) showReview(w http.ResponseWriter, r *http.Request) error {
	return c.drawReview(w, r, nil, nil)
}

// drawReview shows an upload. After a choice of columns that failed it shows that
// choice, and what is wrong with it.
func (c staffPages) drawReview(w http.ResponseWriter, r *http.Request, chosen []string, failed error) error {
	id, err := route.PathID(r, "id", "upload")
	if err != nil {
		return err
	}
	v := review{}
	v.Import, v.Report, err = c.Review(r.Context(), id)
	v.unclear = fault.CodeOf(err) == fault.Invalid
	if err != nil && !v.unclear {
		return err
	}
	status := http.StatusOK
	if failed != nil {
		err, status, v.Fields = failed, fault.Status(failed), chosen
	}
	v.form, _ = v.chosen().With(err)
	if err == nil {
		v.form = v.chosen()
	}
	p := c.page(w, r, v.FileName, web.Crumb{Label: "Customers", Href: root}, web.Crumb{Label: "Import", Href: root + "/import"}, web.Crumb{Label: v.FileName})
	web.Render(w, r, status, reviewPage(p, v))
	return nil
}

func (c staffPages) setColumns(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "upload")
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	fields := f.Values["columns"]
	err = c.SetColumns(r.Context(), id, fields)
	if fault.CodeOf(err) == fault.Invalid {
		return c.drawReview(w, r, fields, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, uploadPath(id), http.StatusSeeOther)
	return nil
}

func (c staffPages) run(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "upload")
	if err != nil {
		return err
	}
	if _, err := c.RunImport(r.Context(), id); err != nil {
		return err
	}
	http.Redirect(w, r, uploadPath(id), http.StatusSeeOther)
	return nil
}

// refused answers with the refused rows as CSV, why they are refused in the last
// column: put right, the file can be imported in its turn.
func (c staffPages) refused(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "upload")
	if err != nil {
		return err
	}
	i, report, err := c.Review(r.Context(), id)
	if err != nil {
		return err
	}
	rows := make([]sheet.Refused, len(report.Refusals))
	for n, refusal := range report.Refusals {
		rows[n] = sheet.Refused{Row: refusal.row, Why: refusal.text()}
	}
	var content bytes.Buffer
	if err := sheet.WriteRefused(&content, i.Header, rows); err != nil {
		return err
	}
	web.SendFile(w, "refused-rows.csv", "text/csv; charset=utf-8", content.Bytes())
	return nil
}

// text is why a row is refused, as a sentence for each reason.
func (r Refusal) text() string {
	var parts []string
	for _, reason := range r.Reasons {
		if reason.Column == "" {
			parts = append(parts, reason.Message)
		} else {
			parts = append(parts, labelOf(reason.Column)+": "+reason.Message)
		}
	}
	return strings.Join(parts, " ")
}

func uploadPath(id uuid.UUID, below ...string) string {
	return strings.Join(append([]string{uploads, id.String()}, below...), "/")
}

// chosen is the form of the columns as they are.
func (v review) chosen() web.Form { return web.Form{Values: url.Values{"columns": v.Fields}} }

// samplesOf are the first texts of a column.
func (v review) samplesOf(column int) string {
	var texts []string
	for _, row := range v.Import.Rows[:min(len(v.Import.Rows), samples)] {
		if text := row.Cell(column); text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, " · ")
}

// columnOptions are what a column may hold.
func columnOptions() []web.Option {
	options := []web.Option{{Label: "Leave out"}}
	for _, c := range columns {
		options = append(options, web.Option{Value: c.name, Label: c.label})
	}
	return options
}

// outcome says what an import would come to.
func (v review) outcome() []web.Fact {
	facts := []web.Fact{
		{Term: "Rows", Text: strconv.Itoa(v.Report.Rows)},
		{Term: "New", Text: fmt.Sprintf("%s, with %s and %s", web.Plural(v.Accepted, "row"), web.Plural(v.Customers, "customer"), web.Plural(v.Stakeholders, "stakeholder"))},
	}
	if v.Unchanged > 0 {
		facts = append(facts, web.Fact{Term: "Unchanged", Text: web.Plural(v.Unchanged, "row") + " that " + pick(v.Unchanged == 1, "says", "say") + " what is there already"})
	}
	if v.Refused > 0 {
		facts = append(facts, web.Fact{Term: "Refused", Text: web.Plural(v.Refused, "row")})
	}
	return facts
}

func pick(first bool, one, other string) string {
	if first {
		return one
	}
	return other
}

// made says what an import has brought.
func (v review) made() string {
	return fmt.Sprintf("%s and %s are new.", web.Plural(v.CustomersMade, "customer"), web.Plural(v.StakeholdersMade, "stakeholder"))
}
