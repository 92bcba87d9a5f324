package project

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// editor is the form of a quote. Its lines and phases are rows whose fields are
// named as the faults of the action name them: lines[0].quantity. Its buttons add
// and remove rows by sending the form, so that it works without script.
type editor struct {
	web.Form
	quote     *Quote // that is edited; nil for a new one
	customers []Named
	lines     int // rows, of which some may be empty
	phases    int
	preview   templ.Component // of the introduction, when it was asked for
	fresh     string          // the field that takes the focus: of the row that was added
}

// The fields of a row.
var (
	lineFields  = []string{"description", "quantity", "unit", "unit_price"}
	phaseFields = []string{"name", "planned_start", "planned_end", "weight"}
)

// Rows that the form offers of a new quote.
const (
	newLines  = 3
	newPhases = 3
)

func rowField(rows string, i int, field string) string {
	return fmt.Sprintf("%s[%d].%s", rows, i, field)
}

func (c staffPages) showNew(w http.ResponseWriter, r *http.Request) error {
	if err := planning(r); err != nil {
		return err
	}
	values := url.Values{"customer_id": {r.URL.Query().Get("customer_id")}}
	return c.drawEditor(w, r, http.StatusOK, editor{Form: web.Form{Values: values}, lines: newLines, phases: newPhases})
}

// planning refuses those who may not plan before they see a form for it.
func planning(r *http.Request) error {
	if !can(r.Context(), mayPlan) {
		return fault.Denied("It takes one of the agency's managers or admins to make quotes.")
	}
	return nil
}

func (c staffPages) drawEditor(w http.ResponseWriter, r *http.Request, status int, e editor) (err error) {
	title, crumbs := "New quote", []web.Crumb{{Label: "Quotes", Href: "/staff/quotes"}}
	if e.quote == nil {
		if e.customers, err = c.customers(r.Context()); err != nil {
			return err
		}
		crumbs = append(crumbs, web.Crumb{Label: title})
	} else {
		title = "Edit " + e.quote.Number
		crumbs = append(crumbs, web.Crumb{Label: e.quote.Number, Href: "/staff" + quotePath(e.quote.ID)}, web.Crumb{Label: "Edit"})
	}
	web.Render(w, r, status, QuoteEditor(c.page(w, r, "/staff/quotes", title, crumbs...), e, title))
	return nil
}

func (c staffPages) create(w http.ResponseWriter, r *http.Request) error {
	return c.save(w, r, nil, func(ctx context.Context, e editor) (uuid.UUID, error) {
		offer, err := e.offer()
		customer, bad := uuid.Parse(e.Value("customer_id"))
		if bad != nil {
			err = together(fault.InvalidField("customer_id", "Choose a customer."), err)
		}
		if err != nil {
			return uuid.Nil, together(err, offer.tidy())
		}
		offer.CustomerID = customer
		quote, err := c.CreateQuote(ctx, offer)
		return quote.ID, err
	})
}

func (c staffPages) showEdit(w http.ResponseWriter, r *http.Request) error {
	quote, err := c.editable(r)
	if err != nil {
		return err
	}
	if err := mayRevise(quote); err != nil {
		return err
	}
	return c.drawEditor(w, r, http.StatusOK, editorOf(quote))
}

// editable is the quote that the address names, for somebody who may change it.
func (c staffPages) editable(r *http.Request) (Quote, error) {
	if err := planning(r); err != nil {
		return Quote{}, err
	}
	id, err := route.PathID(r, "quoteId", "quote")
	if err != nil {
		return Quote{}, err
	}
	return c.quote(r.Context(), id)
}

func (c staffPages) edit(w http.ResponseWriter, r *http.Request) error {
	quote, err := c.editable(r)
	if err != nil {
		return err
	}
	return c.save(w, r, &quote, func(ctx context.Context, e editor) (uuid.UUID, error) {
		offer, err := e.offer()
		if err != nil {
			return uuid.Nil, together(err, offer.tidy())
		}
		_, err = c.UpdateQuote(ctx, quote.ID, changeTo(offer), e.Value(tagField))
		return quote.ID, err
	})
}

// save reads the form, and adds or removes a row or keeps the quote.
func (c staffPages) save(w http.ResponseWriter, r *http.Request, quote *Quote, keep func(context.Context, editor) (uuid.UUID, error)) error {
	if err := planning(r); err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	e := editor{Form: form, quote: quote}
	e.lines, e.phases = rowsOf(form.Values, "lines", lineFields), rowsOf(form.Values, "phases", phaseFields)
	if do := form.Value("do"); do != "" && do != "save" {
		e.changeRows(do)
		return c.drawEditor(w, r, http.StatusOK, e)
	}
	if form.Value("preview") != "" {
		e.preview = prose(form.Value("intro"))
		return c.drawEditor(w, r, http.StatusOK, e)
	}
	e.dropEmpty()
	id, err := keep(r.Context(), e)
	if fault.Mendable(err) {
		e.refuse(err)
		return c.drawEditor(w, r, fault.Status(err), e)
	}
	if err != nil {
		return err
	}
	c.Flash.Say(w, web.Done, "The quote is saved.")
	http.Redirect(w, r, "/staff"+quotePath(id), http.StatusSeeOther)
	return nil
}

// refuse puts what is wrong into the form, which offers an empty row again.
func (e *editor) refuse(err error) {
	e.Form, _ = e.With(err)
	if fault.CodeOf(err) == fault.Stale {
		e.Message = "Somebody changed the quote after you opened it. What you typed is kept: compare it with the quote, then save again."
		e.Values.Set(tagField, e.quote.Tag())
	}
	e.lines, e.phases = max(e.lines, 1), max(e.phases, 1)
}

// rowsOf counts the rows that a form has sent.
func rowsOf(values url.Values, rows string, fields []string) int {
	most := maxLines
	for n := 0; ; n++ {
		if n > most || !slices.ContainsFunc(fields, func(f string) bool { return values.Has(rowField(rows, n, f)) }) {
			return n
		}
	}
}

// changeRows adds or removes a row, as a button says: "add lines", "remove phases 2".
func (e *editor) changeRows(do string) {
	verb, what, _ := strings.Cut(do, " ")
	rows, number, _ := strings.Cut(what, " ")
	count, fields := &e.lines, lineFields
	if rows == "phases" {
		count, fields = &e.phases, phaseFields
	}
	switch i, err := strconv.Atoi(number); {
	case verb == "add":
		e.fresh = rowField(rows, *count, fields[0])
		*count++
	case verb == "remove" && err == nil && i >= 0 && i < *count:
		e.removeRow(rows, i, *count, fields)
		*count--
	}
}

// removeRow moves the rows after one a place up.
func (e *editor) removeRow(rows string, i, count int, fields []string) {
	for _, field := range fields {
		for j := i; j < count; j++ {
			e.Values.Set(rowField(rows, j, field), e.Value(rowField(rows, j+1, field)))
		}
		e.Values.Del(rowField(rows, count-1, field))
	}
}

// dropEmpty removes the rows into which nothing was typed.
func (e *editor) dropEmpty() {
	drop := func(rows string, count *int, fields []string) {
		for i := *count - 1; i >= 0; i-- {
			if !slices.ContainsFunc(fields, func(f string) bool { return strings.TrimSpace(e.Value(rowField(rows, i, f))) != "" }) {
				e.removeRow(rows, i, *count, fields)
				*count--
			}
		}
	}
	drop("lines", &e.lines, lineFields)
	drop("phases", &e.phases, phaseFields)
}

func (e editor) action() string {
	if e.quote == nil {
		return "/staff/quotes"
	}
	return "/staff" + quotePath(e.quote.ID) + "/edit"
}

// back is where the form leads that is not saved.
func (e editor) back() string {
	if e.quote == nil {
		return "/staff/quotes"
	}
	return "/staff" + quotePath(e.quote.ID)
}

func (e editor) hidden() []web.Hidden {
	if e.quote == nil {
		return nil
	}
	return []web.Hidden{{Name: tagField, Value: e.Value(tagField)}}
}

func (e editor) customerOptions() []web.Option {
	options := []web.Option{{Label: "Choose a customer"}}
	for _, c := range e.customers {
		options = append(options, web.Option{Value: c.ID.String(), Label: c.Name})
	}
	return options
}

// field is a field of a row; a row that was added takes the focus.
func (e editor) field(rows string, i int, field, label string) web.Field {
	name := rowField(rows, i, field)
	return web.Field{Name: name, Label: label, Compact: true, Autofocus: name == e.fresh}
}

func (e editor) number(rows string, i int, field, label string) web.Field {
	f := e.field(rows, i, field, label)
	f.InputMode, f.Class = "decimal", "tnum"
	return f
}

func (e editor) date(rows string, i int, field, label string) web.Field {
	f := e.field(rows, i, field, label)
	f.Type = "date"
	return f
}
