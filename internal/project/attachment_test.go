package project_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/fault"
	"clientportal/internal/project"
	"clientportal/internal/upload"
)

// files stores files of these names as somebody sends them.
func (h house) files(t *testing.T, who context.Context, names ...string) *upload.Files {
	t.Helper()
	files := h.Uploads("files")
	for _, name := range names {
		if err := files.Add(who, name, strings.NewReader("What "+name+" says.")); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// stored counts the files in the bucket.
func (h house) stored(t *testing.T) (n int) {
	t.Helper()
	for list := h.Files.List(nil); ; n++ {
		if _, err := list.Next(t.Context()); errors.Is(err, io.EOF) {
			return n
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestFilesOfAProject(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	q, other := h.quote(t, "Relaunch", project.InProgress), h.quote(t, "Other", project.InProgress)
	told, err := h.PostUpdate(h.agent, q.ID, "Search is ready.", h.files(t, h.agent, "plan.txt"))
	if err != nil || len(told.Attachments) != 1 {
		t.Fatalf("told %+v, %v", told, err)
	}
	handed, err := h.Deliver(h.agent, q.ID, project.Delivery{Name: "Screens", Files: h.files(t, h.agent, "one.txt", "two.txt")})
	if err != nil || len(handed.Attachments) != 2 || *handed.Attachments[0].Round != 1 {
		t.Fatalf("handed over %+v, %v", handed, err)
	}
	if _, err := h.RejectDeliverable(h.approver, q.ID, handed.ID, "Bigger", handed.Tag()); err != nil {
		t.Fatal(err)
	}
	again, err := h.Redeliver(h.agent, q.ID, handed.ID, project.Redelivery{Files: h.files(t, h.agent, "three.txt")})
	if err != nil || len(again.Attachments) != 3 || *again.Attachments[2].Round != 2 {
		t.Fatalf("handed over again %+v, %v", again, err)
	}
	p, err := h.Project(h.viewer, q.ID)
	if err != nil || len(p.Updates[0].Attachments) != 1 || len(p.Deliverables[0].Attachments) != 3 || p.Deliverables[0].Tag() != again.Tag() {
		t.Errorf("the project %+v %+v, %v", p.Updates, p.Deliverables, err)
	}
	file := told.Attachments[0].ID
	for who, code := range map[string]fault.Code{"viewer": "", "owner": "", "agent": "", "manager": "", "admin": "", "foreign": fault.NotFound} {
		got, err := h.Download(h.people()[who], q.ID, file)
		if codeOf(err) != code {
			t.Errorf("fetched by %s: %v, want %q", who, err, code)
		}
		if err == nil {
			content, _ := io.ReadAll(got)
			got.Close()
			if string(content) != "What plan.txt says." || got.Name != "plan.txt" || got.ContentType != "text/plain; charset=utf-8" {
				t.Errorf("%s got %q, %+v", who, content, got)
			}
		}
	}
	if _, err := h.Download(h.otherAgent, q.ID, file); codeOf(err) != fault.NotFound {
		t.Errorf("fetched by another customer's agent: %v", err)
	}
	if _, err := h.Download(h.owner, other.ID, file); codeOf(err) != fault.NotFound {
		t.Errorf("fetched from another project: %v", err)
	}
	if got := h.events(t, q.ID); count(got, "attachment.create") != 4 || count(got, "attachment.download") != 5 {
		t.Errorf("events %q", got)
	}
}

func count(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

func TestFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	q, other := h.quote(t, "Relaunch", project.InProgress), h.quote(t, "Other", project.InProgress)
	told, err := h.PostUpdate(h.agent, q.ID, "Search is ready.", nil)
	if err != nil {
		t.Fatal(err)
	}
	handed, err := h.Deliver(h.agent, q.ID, project.Delivery{Name: "Screens"})
	if err != nil {
		t.Fatal(err)
	}
	add := func(who context.Context, id project.Target, names ...string) error {
		files := h.files(t, who, names...)
		defer files.Discard(who)
		_, err := h.AddAttachments(who, q.ID, id, files)
		return err
	}
	update, deliverable := project.Target{Update: &told.ID}, project.Target{Deliverable: &handed.ID}
	if err := add(h.agent, deliverable, "late.txt"); err != nil {
		t.Error(err)
	}
	if _, err := h.AcceptDeliverable(h.owner, q.ID, handed.ID, "", handed.Tag()); codeOf(err) != fault.Stale {
		t.Errorf("accepted without the file that came since: %v", err)
	}
	if _, err := h.AcceptDeliverable(h.owner, q.ID, handed.ID, "", ""); err != nil {
		t.Fatal(err)
	}
	badUpdate := h.files(t, h.agent, "logo.svg")
	_, mixed := h.PostUpdate(h.agent, q.ID, " ", badUpdate)
	if !faultOf(mixed, "body") || !faultOf(mixed, "files") {
		t.Errorf("nothing told with a script for a file: %v", mixed)
	}
	for what, c := range map[string]struct {
		err  error
		want fault.Code
	}{
		"a kind that runs":             {add(h.agent, update, "run.exe"), fault.MediaType},
		"no file":                      {add(h.agent, update), fault.Invalid},
		"to nothing":                   {add(h.agent, project.Target{}, "a.txt"), fault.Invalid},
		"to both":                      {add(h.agent, project.Target{Update: &told.ID, Deliverable: &handed.ID}, "a.txt"), fault.Invalid},
		"to a colleague's update":      {add(h.manager, update, "a.txt"), fault.Invalid},
		"to what was decided on":       {add(h.agent, deliverable, "a.txt"), fault.Conflict},
		"to another project's nothing": {add(h.agent, project.Target{Deliverable: &other.ID}, "a.txt"), fault.Invalid},
		"by a client":                  {add(h.owner, update, "a.txt"), fault.Forbidden},
		"by a stranger":                {add(h.otherAgent, update, "a.txt"), fault.NotFound},
	} {
		if code := codeOf(c.err); code != c.want {
			t.Errorf("%s: %v, want %q", what, c.err, c.want)
		}
	}
	if n := h.stored(t); n != 1 {
		t.Errorf("%d files are kept, want the one that was attached", n)
	}
}

// What was stored and never attached is swept, once that is sure.
func TestProjectFilesAreSwept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	q := s.quote(t, "Relaunch", project.InProgress)
	long := clock.At(s.agent, time.Now().AddDate(0, 0, -3))
	s.files(t, long, "lost.txt")
	s.files(t, clock.At(s.agent, time.Now()), "fresh.txt")
	if _, err := s.PostUpdate(long, q.ID, "Kept", s.files(t, long, "kept.txt")); err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(actor.As(t.Context(), "test")); err != nil {
		t.Fatal(err)
	}
	if n := s.stored(t); n != 2 {
		t.Errorf("%d files after the sweep, want the kept and the fresh one", n)
	}
}

// sent is a form with files, as a browser sends it.
func sent(t *testing.T, who context.Context, path string, fields map[string]string, names ...string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		part, err := w.CreateFormFile("files", name)
		if err == nil {
			_, err = part.Write([]byte("What it says."))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	r := httptest.NewRequestWithContext(who, http.MethodPost, path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

func TestFilesOnTheProjectsPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	q := d.quote(t, "Relaunch", project.InProgress)
	path := "/staff/projects/" + q.ID.String()
	if got := d.send(sent(t, d.agent, path+"/updates", map[string]string{"body": "Search is ready."}, "plan.txt")); got.status != http.StatusSeeOther {
		t.Fatalf("posted an update with a file: %d %s", got.status, got.html)
	}
	got := d.send(sent(t, d.agent, path+"/deliverables", map[string]string{"name": "", "note": "All *states*"}, "screens.txt", "run.exe"))
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.html, "run.exe can&#39;t be attached") || !strings.Contains(got.html, "Choose the other files again") {
		t.Errorf("a refused file: %d %s", got.status, got.words())
	}
	got = d.send(sent(t, d.agent, path+"/deliverables", map[string]string{"name": "Screens", "note": "All *states*", "preview": "1"}))
	if got.status != http.StatusOK || !strings.Contains(got.html, "<em>states</em>") {
		t.Errorf("a preview: %d", got.status)
	}
	if got := d.send(sent(t, d.agent, path+"/deliverables", map[string]string{"name": "Screens"}, "screens.txt")); got.status != http.StatusSeeOther {
		t.Errorf("handed over: %d", got.status)
	}
	page := d.get(d.viewer, "/projects/"+q.ID.String()).html
	for _, name := range []string{"plan.txt", "screens.txt"} {
		if !strings.Contains(page, name) {
			t.Errorf("the client's page has no %s", name)
		}
	}
}

func TestFilesOfAProjectByAPI(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	q := s.quote(t, "Relaunch", project.InProgress)
	told, err := s.PostUpdate(s.agent, q.ID, "Search is ready.", nil)
	if err != nil {
		t.Fatal(err)
	}
	upload := func(who string, fields map[string]string, names ...string) reply {
		r := sent(t, t.Context(), "/", fields, names...)
		b, _ := io.ReadAll(r.Body)
		body := strings.ReplaceAll(string(b), `name="files"`, `name="file"`)
		return s.do(t, who, http.MethodPost, staffQuotes+"/"+q.ID.String()+"/attachments", body, "Content-Type", r.Header.Get("Content-Type"))
	}
	to := map[string]string{"update_id": told.ID.String()}
	upload("agent", to, "run.exe").wants(t, "a program", http.StatusUnsupportedMediaType)
	upload("agent", map[string]string{"update_id": "none"}, "plan.txt").wants(t, "no id", http.StatusUnprocessableEntity)
	s.do(t, "agent", http.MethodPost, staffQuotes+"/"+q.ID.String()+"/attachments", "{}").wants(t, "JSON", http.StatusUnsupportedMediaType)
	made := upload("agent", to, "Gr\u00fcner plan.txt").wants(t, "a file", http.StatusCreated)
	id := made.json["items"].([]any)[0].(map[string]any)["id"].(string)
	got := s.do(t, "viewer", http.MethodGet, "/api/client-portal/projects/"+q.ID.String()+"/attachments/"+id, "").wants(t, "fetched", http.StatusOK)
	h := got.header
	if !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || h.Get("X-Content-Type-Options") != "nosniff" || string(got.body) != "What it says." {
		t.Errorf("fetched %v %q", h, got.body)
	}
	s.do(t, "foreign", http.MethodGet, "/api/client-portal/projects/"+q.ID.String()+"/attachments/"+id, "").wants(t, "by a stranger", http.StatusNotFound)
}

func TestQuoteEditorPreviews(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	got := d.post(d.manager, "/staff/quotes", "customer_id", d.acme.String(), "name", "Relaunch", "intro", "A **new** shop", "preview", "1")
	if got.status != http.StatusOK || !strings.Contains(got.html, "<strong>new</strong>") || !strings.Contains(got.html, `value="Relaunch"`) {
		t.Errorf("a preview: %d %s", got.status, got.words())
	}
	if got := d.post(d.manager, "/staff/projects/preview", "body", "A **new** shop<script>alert(1)</script>"); !strings.Contains(got.html, "<strong>new</strong>") || strings.Contains(got.html, "<script") {
		t.Errorf("a preview: %s", got.html)
	}
	quotes, err := d.Quotes(d.manager, project.Filter{}, api.PageQuery{})
	if err != nil || slices.ContainsFunc(quotes.Items, func(q project.QuoteSummary) bool { return q.Name == "Relaunch" }) {
		t.Errorf("a preview saved something: %v, %v", quotes, err)
	}
}
