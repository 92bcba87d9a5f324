package ticket_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"clientportal/internal/clock"
	"clientportal/internal/fault"
	"clientportal/internal/ticket"
	"clientportal/internal/upload"
)

// Beginnings of files, as far as they are told apart by them.
var (
	png       = "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00", 40)
	pdf       = "%PDF-1.7\n"
	heic      = "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"
	mov       = "\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00"
	svg       = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	hypertext = `<!DOCTYPE html><script>alert(1)</script>`
)

func zipped(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if _, err := z.Create("word/document.xml"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// stored counts the files in the bucket.
func (w *world) stored(t *testing.T) (n int) {
	t.Helper()
	for list := w.files.List(nil); ; n++ {
		if _, err := list.Next(t.Context()); errors.Is(err, io.EOF) {
			return n
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatMayBeAttached(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	raised := w.raise(t, "With files")
	taken := 0
	for name, c := range map[string]struct {
		content string
		served  string // "" when refused
		code    fault.Code
	}{
		"shot.png":            {png, "image/png", ""},
		"SHOT.PNG":            {png, "image/png", ""},
		"shot.jpg":            {png, "", fault.MediaType},
		"order.pdf":           {pdf, "application/pdf", ""},
		"phone.heic":          {heic, "image/heic", ""},
		"screen.mov":          {mov, "video/quicktime", ""},
		"screen.mp4":          {mov, "", fault.MediaType},
		"notes.txt":           {"just words", "text/plain; charset=utf-8", ""},
		"orders.csv":          {"a,b\n1,2\n", "text/csv; charset=utf-8", ""},
		"data.json":           {`{"a": 1}`, "application/json", ""},
		"letter.docx":         {zipped(t), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ""},
		"letter.odt":          {"no zip at all", "", fault.MediaType},
		"logo.svg":            {svg, "", fault.MediaType},
		"logo.png":            {svg, "", fault.MediaType},
		"page.html":           {hypertext, "", fault.MediaType},
		"page.txt":            {hypertext, "", fault.MediaType},
		"invoice.pdf.exe":     {pdf, "", fault.MediaType},
		"invoice.exe.pdf":     {pdf, "", fault.MediaType},
		"invoice.pdf.html":    {pdf, "", fault.MediaType},
		"run.sh":              {"#!/bin/sh\n", "", fault.MediaType},
		"www.example.com.png": {png, "image/png", ""},
		"no-extension":        {"words", "", fault.MediaType},
		"binary.txt":          {"\x00\x01\x02\x03", "", fault.MediaType},
		"empty.txt":           {"", "", fault.Invalid},
		"large.txt":           {strings.Repeat("a", upload.MaxFileSize+1), "", fault.TooLarge},
		"just-fits.txt":       {strings.Repeat("a", upload.MaxFileSize), "text/plain; charset=utf-8", ""},
		"../../up.txt":        {"words", "text/plain; charset=utf-8", ""},
	} {
		files := w.tickets.Uploads("file")
		if err := files.Add(t.Context(), name, strings.NewReader(c.content)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		before := w.stored(t)
		added, err := w.tickets.AddAttachments(by(t, w.member), raised.ID, nil, files)
		files.Discard(t.Context())
		wants(t, name, err, c.code)
		if c.code != "" {
			wantsField(t, name, err, "file")
			if w.stored(t) != before {
				t.Errorf("%s was refused, yet stored", name)
			}
			continue
		}
		taken++
		if len(added) != 1 || added[0].ContentType != c.served || added[0].SizeBytes != int64(len(c.content)) || strings.ContainsAny(added[0].FileName, `/\`) {
			t.Errorf("%s became %+v", name, added)
		}
	}
	read, err := w.tickets.Ticket(by(t, w.member), raised.ID)
	if err != nil || len(read.Attachments) != taken || read.ETag() == raised.ETag() {
		t.Errorf("%d attachments, %v", len(read.Attachments), err)
	}
	if events := w.recorded(t, raised.ID, "attachment.create"); len(events) != taken {
		t.Errorf("%d events", len(events))
	}
}

func TestATicketAndItsFilesAreAllOrNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := by(t, w.member)
	files := w.tickets.Uploads("files")
	for name, content := range map[string]string{"shot.png": png, "logo.svg": svg} {
		if err := files.Add(ctx, name, strings.NewReader(content)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.tickets.Create(ctx, ticket.NewTicket{Title: "", Description: "Broken", Files: files})
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.Invalid || len(f.Fields) != 2 || f.Fields[0].Name != "title" || f.Fields[1].Name != "files" {
		t.Fatalf("got %v", err)
	}
	files.Discard(ctx)
	if n := w.stored(t); n != 0 {
		t.Errorf("%d files are left over", n)
	}

	files = w.tickets.Uploads("files")
	if err := files.Add(ctx, "shot.png", strings.NewReader(png)); err != nil {
		t.Fatal(err)
	}
	_, err = w.tickets.Create(ctx, ticket.NewTicket{Title: "About another's", Description: "Broken", QuoteID: &w.otherProject, Files: files})
	wantsField(t, "a foreign project", err, "quote_id")
	files.Discard(ctx)
	if n := w.stored(t); n != 0 {
		t.Errorf("%d files are left over", n)
	}

	files = w.tickets.Uploads("files")
	if err := files.Add(ctx, "shot.png", strings.NewReader(png)); err != nil {
		t.Fatal(err)
	}
	created, err := w.tickets.Create(ctx, ticket.NewTicket{Title: "With a shot", Description: "See it", Files: files})
	files.Discard(ctx)
	if err != nil || len(created.Attachments) != 1 || w.stored(t) != 1 {
		t.Errorf("%+v, %v", created.Attachments, err)
	}
	for range upload.MaxFiles + 1 {
		if err := files.Add(ctx, "one.txt", strings.NewReader("more")); err != nil {
			t.Fatal(err)
		}
	}
	_, err = w.tickets.AddComment(ctx, created.ID, ticket.NewComment{Body: "Too many", Files: files})
	wants(t, "too many files", err, fault.Invalid)
}

func TestFilesOfComments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	raised := w.raise(t, "With a conversation")
	own, err := w.tickets.AddComment(by(t, w.member), raised.ID, ticket.NewComment{Body: "Mine", Files: text(t, w)})
	if err != nil || len(own.Attachments) != 1 {
		t.Fatalf("%+v, %v", own, err)
	}
	if _, err := w.tickets.AddAttachments(by(t, w.member), raised.ID, &own.ID, text(t, w)); err != nil {
		t.Error(err)
	}
	_, err = w.tickets.AddAttachments(by(t, w.admin), raised.ID, &own.ID, text(t, w))
	wantsField(t, "a colleague's comment", err, "comment_id")
	other := w.raise(t, "Another one")
	_, err = w.tickets.AddAttachments(by(t, w.member), other.ID, &own.ID, text(t, w))
	wantsField(t, "another ticket's comment", err, "comment_id")
	read, err := w.tickets.Ticket(by(t, w.viewer), raised.ID)
	if err != nil || len(read.Comments[0].Attachments) != 2 || len(read.OwnFiles()) != 0 || len(read.Attachments) != 2 {
		t.Errorf("%+v, %v", read, err)
	}
	aside, err := w.desk.AddComment(by(t, w.agent), raised.ID, ticket.NewDeskComment{Body: "Between us", Internal: true})
	if err != nil {
		t.Fatal(err)
	}
	added, err := w.desk.AddAttachments(by(t, w.agent), raised.ID, &aside.ID, false, text(t, w))
	if err != nil || !added[0].Internal {
		t.Errorf("a file of an internal comment: %+v, %v", added, err)
	}
	w.set(t, raised.ID, ticket.Closed)
	_, err = w.tickets.AddAttachments(by(t, w.member), raised.ID, nil, text(t, w))
	wants(t, "a closed ticket", err, fault.Conflict)
}

// A file whose ticket never came to stay is swept, once that is sure; the others
// stay.
func TestSweep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	long := func(ctx context.Context) context.Context { return clock.At(ctx, time.Now().AddDate(0, 0, -3)) }
	kept := w.tickets.Uploads("file")
	lost := w.tickets.Uploads("file")
	fresh := w.tickets.Uploads("file")
	for files, ctx := range map[*upload.Files]context.Context{kept: long(by(t, w.member)), lost: long(by(t, w.member)), fresh: by(t, w.member)} {
		if err := files.Add(ctx, "notes.txt", strings.NewReader("words")); err != nil {
			t.Fatal(err)
		}
	}
	created, err := w.tickets.Create(long(by(t, w.member)), ticket.NewTicket{Title: "Kept", Description: "With a file", Files: kept})
	if err != nil {
		t.Fatal(err)
	}
	w.sweep(t)
	if n := w.stored(t); n != 2 {
		t.Errorf("%d files after the sweep, want the kept and the fresh one", n)
	}
	content, err := w.tickets.Download(by(t, w.member), created.Attachments[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	content.Close()
}

// sweep runs the sweeper's job as the queue does.
func (w *world) sweep(t *testing.T) {
	t.Helper()
	if _, err := w.queue.Insert(t.Context(), sweepArgs{}, &river.InsertOpts{}); err != nil {
		t.Fatal(err)
	}
	w.deliver(t)
}

// sweepArgs names the sweeper's job, as the periodic one does.
type sweepArgs struct{}

// Kind implements river.JobArgs.
func (sweepArgs) Kind() string { return "ticket_files_sweep" }
