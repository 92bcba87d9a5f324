package app_test

import (
	"bytes"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientportal/internal/app/apptest"
)

var pngHead = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00")

func TestHostileFiles(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	kept := s.storedFiles()
	ticket := s.ticket("member")
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)
	page := []byte("<!doctype html><script>alert(1)</script>")
	eleven := make([]apptest.File, 11)
	for i := range eleven {
		eleven[i] = apptest.File{Name: "a.txt", Content: []byte("a")}
	}
	for what, try := range map[string]struct {
		files  []apptest.File
		status int
	}{
		"an SVG":              {[]apptest.File{{Name: "a.svg", Content: svg}}, http.StatusUnsupportedMediaType},
		"an SVG as PNG":       {[]apptest.File{{Name: "a.png", Content: svg}}, http.StatusUnsupportedMediaType},
		"a page":              {[]apptest.File{{Name: "a.html", Content: page}}, http.StatusUnsupportedMediaType},
		"a page as text":      {[]apptest.File{{Name: "a.txt", Content: page}}, http.StatusUnsupportedMediaType},
		"a page as PNG":       {[]apptest.File{{Name: "a.png", Content: page}}, http.StatusUnsupportedMediaType},
		"two extensions":      {[]apptest.File{{Name: "a.html.png", Content: pngHead}}, http.StatusUnsupportedMediaType},
		"a program's name":    {[]apptest.File{{Name: "a.PhP.jpg", Content: pngHead}}, http.StatusUnsupportedMediaType},
		"turned text":         {[]apptest.File{{Name: "a\u202egnp.exe", Content: pngHead}}, http.StatusUnsupportedMediaType},
		"no extension":        {[]apptest.File{{Name: "passwd", Content: []byte("root")}}, http.StatusUnsupportedMediaType},
		"an empty file":       {[]apptest.File{{Name: "a.txt"}}, http.StatusUnprocessableEntity},
		"eleven files":        {eleven, http.StatusUnprocessableEntity},
		"26 MB":               {[]apptest.File{{Name: "a.txt", Content: bytes.Repeat([]byte("a"), 26<<20)}}, http.StatusRequestEntityTooLarge},
		"a good and a bad":    {[]apptest.File{{Name: "a.txt", Content: []byte("a")}, {Name: "a.svg", Content: svg}}, http.StatusUnsupportedMediaType},
		"no file at all":      {nil, http.StatusUnprocessableEntity},
		"a good, an empty":    {[]apptest.File{{Name: "a.txt", Content: []byte("a")}, {Name: "b.txt"}}, http.StatusUnprocessableEntity},
		"a comment elsewhere": {[]apptest.File{{Name: "a.txt", Content: []byte("a")}}, http.StatusUnprocessableEntity},
	} {
		fields := map[string]string{}
		if what == "a comment elsewhere" {
			fields["comment_id"] = s.Acme.Ticket.Comment.String()
		}
		got := s.caller("member").Upload("/api/client-portal/tickets/"+ticket+"/attachments", "file", fields, try.files...)
		s.expectOneOf(what, got, try.status)
	}
	got := s.caller("member").JSON(http.MethodPost, "/api/client-portal/tickets/"+ticket+"/attachments", map[string]string{"file": "a"})
	s.expectOneOf("JSON in place of files", got, http.StatusUnsupportedMediaType)
	if left := s.storedFiles(); left != kept {
		t.Errorf("%d files are stored after uploads that were all refused, before it were %d", left, kept)
	}
	var view struct{ Attachments []struct{} }
	s.caller("member").Get("/api/client-portal/tickets/"+ticket).Must(t, http.StatusOK).Decode(t, &view)
	if len(view.Attachments) != 0 {
		t.Errorf("the ticket has %d attachments", len(view.Attachments))
	}
}

func TestHostileFileNames(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ticket := s.ticket("member")
	for given, want := range map[string]string{
		"../../etc/passwd.txt": "passwd.txt", `..\..\boot.txt`: "boot.txt", "/etc/cron.d/x.txt": "x.txt",
		"a\tb\u0007.txt": "ab.txt", `"; filename=evil.txt`: `"; filename=evil.txt`, "ärger 😀.txt": "ärger 😀.txt",
		"<img src=x>.txt": "<img src=x>.txt", strings.Repeat("n", 300) + ".txt": strings.Repeat("n", 116) + ".txt",
	} {
		var made struct {
			Items []struct {
				ID       string
				FileName string `json:"file_name"`
			}
		}
		s.caller("member").Upload("/api/client-portal/tickets/"+ticket+"/attachments", "file", nil, apptest.File{Name: given, Content: []byte("a")}).
			Must(t, http.StatusCreated).Decode(t, &made)
		if made.Items[0].FileName != want {
			t.Errorf("%q is stored as %q, want %q", given, made.Items[0].FileName, want)
		}
		got := s.caller("viewer").Get("/api/client-portal/attachments/"+made.Items[0].ID).Must(t, http.StatusOK)
		how, parameters, err := mime.ParseMediaType(got.Header.Get("Content-Disposition"))
		if err != nil || how != "attachment" || parameters["filename"] != want {
			t.Errorf("%q is downloaded as %s", given, got.Header.Get("Content-Disposition"))
		}
		if got.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%q may be shown as a page: %v", given, got.Header)
		}
	}
	page := s.caller("viewer").Get("/tickets/"+ticket).Must(t, http.StatusOK)
	if strings.Contains(string(page.Body), "<img src=x>") {
		t.Error("a file's name is markup on the ticket's page")
	}
}

// What says that it is no table is not looked at.
func TestTablesOfAnotherMediaType(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	table := []byte("Day;Deals\n2026-11-25;1\n")
	for _, path := range []string{"/api/staff/customers/import", "/api/staff/time-tracking/import", sourcesAPI + "/" + s.source("") + "/uploads"} {
		for _, media := range []string{"image/png", "application/json", "multipart/mixed; boundary=x", "text/csv/x", "multipart/form-data; boundary"} {
			s.expectOneOf(media+" to "+path, s.caller("staff admin").Send(http.MethodPost, path, media, table), http.StatusUnsupportedMediaType)
		}
		cut := []byte("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nDay;De")
		s.expectOneOf("half a form to "+path, s.caller("staff admin").Send(http.MethodPost, path, "multipart/form-data; boundary=x", cut), http.StatusBadRequest)
		for _, media := range []string{"text/csv; charset=utf-8", "TEXT/CSV", "application/octet-stream", "application/x-www-form-urlencoded", ""} {
			s.expectOneOf(media+" to "+path, s.caller("staff admin").Send(http.MethodPost, path, media, table), http.StatusCreated, http.StatusUnprocessableEntity)
		}
	}
}

func TestHugeBodies(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	huge := bytes.Repeat([]byte("a"), 30<<20)
	document := []byte(`{"title":"` + string(huge) + `"}`)
	member := s.caller("member")
	const tickets = "/api/client-portal/tickets"
	s.expectOneOf("30 MB of JSON", member.Send(http.MethodPost, tickets, "application/json", document), http.StatusRequestEntityTooLarge)
	keyed := member.With("Idempotency-Key", "huge")
	s.expectOneOf("30 MB of JSON with a key", keyed.Send(http.MethodPost, tickets, "application/json", document), http.StatusRequestEntityTooLarge)
	s.expectOneOf("40 MB with a key", keyed.Send(http.MethodPost, tickets, "application/json", append(document, huge...)), http.StatusRequestEntityTooLarge)
	got := s.Nobody(t).Send(http.MethodPost, "/api/client-portal/auth/login", "application/json", document)
	s.expectOneOf("30 MB of JSON from nobody", got, http.StatusRequestEntityTooLarge)

	for path, by := range map[string]*apptest.Caller{
		"/login": s.Nobody(t), "/staff/login": s.Nobody(t), "/register": s.Nobody(t), "/account": member, "/tickets": member,
		"/tickets/preview": member, "/tickets/" + s.ticket("") + "/comments": member, "/staff/tickets/" + s.ticket("") + "/notes": s.caller("agent"),
	} {
		form := append([]byte("title=a&email=a&body="), huge...)
		if got := by.Send(http.MethodPost, path, "application/x-www-form-urlencoded", form); got.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("30 MB as a form to %s: %d, want 413", path, got.Status)
		}
	}
}

func TestHugePasswords(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	password := strings.Repeat("p", 1_000_000)
	for path, body := range map[string]map[string]string{
		"auth/login":           {"email": s.Acme.Member.Email, "password": password},
		"auth/register":        {"email": "a@acme.example", "password": password, "first_name": "N", "last_name": "N"},
		"auth/reset-password":  {"token": "none of ours", "password": password},
		"auth/change-password": {"current_password": apptest.Password, "password": password},
	} {
		got := s.caller("member").JSON(http.MethodPost, "/api/client-portal/"+path, body)
		s.expectOneOf(path+" with a password of 1 MB", got, http.StatusUnprocessableEntity)
	}
}

// storedFiles counts the attachments on disk.
func (s *scene) storedFiles() (n int) {
	s.t.Helper()
	err := filepath.WalkDir(filepath.Join(s.Dir, "files"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	return n
}
