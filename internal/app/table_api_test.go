package app_test

import (
	"net/http"
	"testing"

	"clientportal/internal/app/apptest"
)

// A program brings in a file as the screen does: it looks at what the columns are taken
// for, tries the import, and imports.
func TestAProgramImportsATable(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	staff, at := s.caller("manager"), sourcesAPI+"/"+s.source("")
	type mapping struct {
		Columns []struct {
			Head  string `json:"head"`
			Use   string `json:"use"`
			Label string `json:"label"`
		} `json:"columns"`
		DayFormat string `json:"day_format"`
		Comma     bool   `json:"comma"`
		Currency  string `json:"currency"`
	}
	type result struct {
		Accepted int
		Refused  []struct {
			Row            int
			Field, Message string
		}
	}
	var upload struct {
		ID       string
		FileName string `json:"file_name"`
		RowCount int    `json:"row_count"`
		Rows     [][]string
		Mapping  mapping
		DryRun   *result `json:"dry_run"`
		Imported bool
	}
	file := []byte("Day;Fair;Deals\n2026-11-01;Bern;1.234,5\n2026-11-02;Bern;2,5\n2026-11-31;Bern;1\n")
	sent := staff.Send(http.MethodPost, at+"/uploads?file_name=fairs.csv", "text/csv", file).Must(t, http.StatusCreated)
	sent.Decode(t, &upload)
	if upload.FileName != "fairs.csv" || upload.RowCount != 3 || upload.Rows[0][1] != "Bern" || upload.Mapping.Columns[1].Use != "dimension" || !upload.Mapping.Comma {
		t.Errorf("uploaded: %s", sent.Body)
	}
	again := staff.Get(sent.Header.Get("Location")).Must(t, http.StatusOK)
	if string(again.Body) != string(sent.Body) {
		t.Errorf("read again, the upload is %s", again.Body)
	}
	m := upload.Mapping
	m.DayFormat, m.Columns[0].Use, m.Columns[2].Use = "2006-01-02", "day", "sum:money"
	imported := at + "/uploads/" + upload.ID + "/import"
	body := map[string]any{"mapping": m}
	refused := staff.JSON(http.MethodPost, imported, body).Must(t, http.StatusUnprocessableEntity)
	var problem struct{ Errors []struct{ Location string } }
	if refused.Decode(t, &problem); len(problem.Errors) != 1 || problem.Errors[0].Location != "body.mapping.currency" {
		t.Errorf("money without its currency: %s", refused.Body)
	}
	m.Columns[2].Use = "sum:shoes"
	body["mapping"] = m
	refused = staff.JSON(http.MethodPost, imported, body).Must(t, http.StatusUnprocessableEntity)
	if refused.Decode(t, &problem); len(problem.Errors) != 1 || problem.Errors[0].Location != "body.mapping.columns[2].use" {
		t.Errorf("an unknown use: %s", refused.Body)
	}
	m.Columns[2].Use = "sum:number"
	body["mapping"] = m
	metric := at + "/metrics?metric=csv.deals&from=2026-11-01&to=2026-11-30&by=total"
	var done result
	staff.JSON(http.MethodPost, imported+"?dry_run=true", body).Must(t, http.StatusOK).Decode(t, &done)
	if done.Accepted != 2 || len(done.Refused) != 1 || done.Refused[0].Row != 4 || done.Refused[0].Field != "day" {
		t.Errorf("a dry run comes to %+v", done)
	}
	staff.Get(metric).Must(t, http.StatusUnprocessableEntity) // nothing is known of it yet
	staff.JSON(http.MethodPost, imported, body).Must(t, http.StatusOK).Decode(t, &done)
	var series struct{ Items []struct{ Value string } }
	staff.Get(metric).Must(t, http.StatusOK).Decode(t, &series)
	if done.Accepted != 2 || len(series.Items) != 1 || series.Items[0].Value != "1237" {
		t.Errorf("imported %+v, and there is %+v", done, series)
	}
	staff.JSON(http.MethodPost, imported, body).Must(t, http.StatusConflict)

	form := staff.Upload(at+"/uploads", "file", nil, apptest.File{Name: "fairs\x01.csv", Content: file}).Must(t, http.StatusCreated)
	if form.Decode(t, &upload); upload.Mapping.Columns[2].Use != "sum:number" || upload.DryRun == nil || upload.DryRun.Accepted != 2 {
		t.Errorf("the next file is not taken as the last was: %s", form.Body)
	}
	staff.JSON(http.MethodPost, at+"/uploads/"+upload.ID+"/import", map[string]any{}).Must(t, http.StatusOK)
	staff.Upload(at+"/uploads", "wrong", nil, apptest.File{Name: "fairs.csv", Content: file}).Must(t, http.StatusUnprocessableEntity)
	staff.Send(http.MethodPost, at+"/uploads", "text/csv", []byte("\x89PNG\x00")).Must(t, http.StatusUnprocessableEntity)
	s.caller("Bolt's manager").Get(sent.Header.Get("Location")).Must(t, http.StatusNotFound)
}
