package datasource

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/upload"
	"clientportal/internal/web"
)

func (c staffPages) showUpload(w http.ResponseWriter, r *http.Request) error {
	return c.drawOne(w, r, func(p web.Page, s Source) error { return c.drawUpload(w, r, http.StatusOK, p, s, web.Form{}) }, "Upload")
}

func (c staffPages) drawUpload(w http.ResponseWriter, r *http.Request, status int, p web.Page, s Source, form web.Form) error {
	p.Width = web.Narrow
	web.Render(w, r, status, uploadPage(p, s, form))
	return nil
}

func (c staffPages) upload(w http.ResponseWriter, r *http.Request) error {
	return c.drawOne(w, r, func(p web.Page, s Source) error {
		name, file, err := upload.Table(w, r, "CSV or XLSX", uploadLimits.Bytes)
		var id uuid.UUID
		if err == nil {
			id, err = c.Upload(r.Context(), s.ID, name, file)
		}
		if fault.Mendable(err) {
			form, _ := web.Form{}.With(err)
			return c.drawUpload(w, r, fault.Status(err), p, s, form)
		}
		if err != nil {
			return err
		}
		http.Redirect(w, r, staffPath(s.ID)+"/uploads/"+id.String(), http.StatusSeeOther)
		return nil
	}, "Upload")
}

// tablePage is an upload with what an import of it would come to.
type tablePage struct {
	Table
	form   web.Form
	result Import
	dry    bool // there is a result
}

func (c staffPages) table(r *http.Request) (Table, error) {
	id, err := route.PathID(r, "id", "data source")
	if err != nil {
		return Table{}, err
	}
	upload, err := route.PathID(r, "uploadId", "file")
	if err != nil {
		return Table{}, err
	}
	return c.UploadedTable(r.Context(), id, upload)
}

func (c staffPages) showTable(w http.ResponseWriter, r *http.Request) error {
	t, err := c.table(r)
	if err != nil {
		return err
	}
	v := tablePage{Table: t, form: t.Mapping.form()}
	if !t.Imported {
		v.result, err = t.DryRun(t.Mapping)
		v.dry = err == nil
	}
	return c.drawTable(w, r, http.StatusOK, v)
}

func (c staffPages) drawTable(w http.ResponseWriter, r *http.Request, status int, v tablePage) error {
	web.Render(w, r, status, tableView(c.of(w, r, v.Source, v.FileName), v))
	return nil
}

func (c staffPages) importTable(w http.ResponseWriter, r *http.Request) error {
	t, err := c.table(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	m := mappingFrom(form, t.Header)
	v := tablePage{Table: t, form: form}
	if form.Value("import") == "" {
		v.result, err = t.DryRun(m)
		v.dry = err == nil
		if fault.Mendable(err) {
			v.form, _ = form.With(err)
			return c.drawTable(w, r, fault.Status(err), v)
		}
		if err != nil {
			return err
		}
		return c.drawTable(w, r, http.StatusOK, v)
	}
	done, err := c.ImportTable(r.Context(), t.Source.ID, t.ID, m)
	if fault.Mendable(err) {
		v.form, _ = form.With(err)
		return c.drawTable(w, r, fault.Status(err), v)
	}
	if err != nil {
		return err
	}
	words := web.Plural(done.Accepted, "row") + " imported."
	if n := len(done.Refused); n > 0 {
		words = fmt.Sprintf("%s %s left out.", words, web.Plural(n, "row"))
	}
	return c.back(w, r, t.Source.ID, web.Done, words)
}

// form is a mapping as the fields of its form.
func (m Mapping) form() web.Form {
	values := map[string][]string{"day_format": {m.DayFormat}, "currency": {m.Currency}}
	if m.Comma {
		values["comma"] = []string{"on"}
	}
	for i, col := range m.Columns {
		n := strconv.Itoa(i)
		values["use"+n], values["label"+n] = []string{col.Use}, []string{col.Label}
		if col.Hidden {
			values["hidden"+n] = []string{"on"}
		}
	}
	return web.Form{Values: values}
}

func mappingFrom(f web.Form, header []string) Mapping {
	m := Mapping{DayFormat: f.Value("day_format"), Comma: f.Value("comma") != "", Currency: strings.ToUpper(strings.TrimSpace(f.Value("currency")))}
	for i, head := range header {
		n := strconv.Itoa(i)
		m.Columns = append(m.Columns, Column{head, f.Value("use" + n), strings.TrimSpace(f.Value("label" + n)), f.Value("hidden"+n) != ""})
	}
	return m
}

// emptyMetrics is how many empty lines the form of metrics has.
const emptyMetrics = 3

func (c staffPages) showMetrics(w http.ResponseWriter, r *http.Request) error {
	return c.drawOne(w, r, func(p web.Page, s Source) error {
		list, err := c.OwnMetrics(r.Context(), s.ID)
		if err != nil {
			return err
		}
		values := map[string][]string{"count": {strconv.Itoa(len(list) + emptyMetrics)}}
		for i, m := range list {
			set := func(name, value string) { values[metricField(i, name)] = []string{value} }
			set("name", m.Name)
			set("label", m.Label)
			set("unit", m.Unit)
			set("aggregation", m.Aggregation)
			set("numerator", m.Numerator)
			set("denominator", m.Denominator)
			set("definition", m.Definition)
			set("better", m.Better)
			set("dimensions", strings.Join(m.Dimensions, ", "))
			if m.Hidden {
				set("hidden", "on")
			}
			if m.Currency != nil {
				set("currency", *m.Currency)
			}
		}
		web.Render(w, r, http.StatusOK, metricsPage(p, s, web.Form{Values: values}))
		return nil
	}, "Metrics")
}

func metricField(i int, name string) string { return fmt.Sprintf("metrics[%d].%s", i, name) }

func (c staffPages) saveMetrics(w http.ResponseWriter, r *http.Request) error {
	return c.drawOne(w, r, func(p web.Page, s Source) error {
		form, err := web.ReadForm(w, r)
		if err != nil {
			return err
		}
		var list []OwnMetric
		for i := range metricLines(form) {
			named := func(field string) string {
				name := strings.TrimSpace(form.Value(metricField(i, field)))
				if name != "" && !strings.Contains(name, ".") {
					name = s.SourceType + "." + name
				}
				return name
			}
			m := OwnMetric{
				Name: named("name"), Label: form.Value(metricField(i, "label")), Definition: form.Value(metricField(i, "definition")),
				Unit: form.Value(metricField(i, "unit")), Aggregation: form.Value(metricField(i, "aggregation")), Better: form.Value(metricField(i, "better")),
				Numerator: named("numerator"), Denominator: named("denominator"), Hidden: form.Value(metricField(i, "hidden")) != "",
			}
			if m.Name == "" && m.Label == "" {
				continue
			}
			for part := range strings.SplitSeq(form.Value(metricField(i, "dimensions")), ",") {
				if part = strings.TrimSpace(part); part != "" {
					m.Dimensions = append(m.Dimensions, part)
				}
			}
			if currency := strings.ToUpper(strings.TrimSpace(form.Value(metricField(i, "currency")))); currency != "" {
				m.Currency = &currency
			}
			list = append(list, m)
		}
		_, err = c.DefineMetrics(r.Context(), s.ID, "", list)
		if fault.Mendable(err) {
			form, _ = form.With(err)
			web.Render(w, r, fault.Status(err), metricsPage(p, s, form))
			return nil
		}
		if err != nil {
			return err
		}
		return c.back(w, r, s.ID, web.Done, "The metrics are saved.")
	}, "Metrics")
}

// metricLines is how many lines the form has.
func metricLines(f web.Form) int {
	n, err := strconv.Atoi(f.Value("count"))
	if err != nil {
		return emptyMetrics
	}
	return max(1, min(n, maxOwnMetrics+emptyMetrics))
}
