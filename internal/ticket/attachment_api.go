package ticket

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/route"
)

// items is an answer that is a whole, short list.
type items[T any] struct {
	Body struct {
		Items []T `json:"items"`
	}
}

// uploadInput is a request whose files are read as they come in, not before.
type uploadInput struct {
	ID      string `path:"id"`
	request *http.Request
}

// Resolve implements huma.Resolver.
func (in *uploadInput) Resolve(ctx huma.Context) []error {
	in.request, _ = humago.Unwrap(ctx)
	return nil
}

// registerUpload adds the upload to a ticket, with the fields that may stand
// beside the files. The form is described after Huma has registered the call, so
// that Huma does not read it.
func registerUpload[O any](a *api.API, access route.Access, id, path string, handler func(context.Context, *uploadInput) (*O, error), fields ...string) {
	path += "/{id}/attachments"
	op := operation(id, http.MethodPost, path, "Attach files", http.StatusCreated)
	op.Description = fmt.Sprintf("Up to %d files of %d MB each. With comment_id, to a comment of one's own.", MaxFiles, MaxFileSize>>20)
	api.Register(a, access, op, handler)

	properties := map[string]*huma.Schema{
		"file": {Type: huma.TypeArray, MaxItems: new(MaxFiles), Items: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}
	for _, name := range fields {
		properties[name] = &huma.Schema{Type: huma.TypeString}
	}
	a.OpenAPI().Paths[path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"file"}, Properties: properties}},
	}}
}

// receive stores a request's files. The caller discards them.
func (c *core) receive(in *uploadInput) (sent, *uuid.UUID, error) {
	s, err := c.read(in.request)
	if err != nil {
		return s, nil, err
	}
	if s.files == nil {
		return s, nil, fault.New(fault.MediaType, "Send files as multipart/form-data, in the field file.")
	}
	s.files.field = "file"
	given := s.Value("comment_id")
	if given == "" {
		return s, nil, nil
	}
	comment, err := uuid.Parse(given)
	if err != nil {
		return s, nil, fault.InvalidField("comment_id", "Give the id of a comment of your own.")
	}
	return s, &comment, nil
}

func (s *Service) createAttachments(ctx context.Context, in *uploadInput) (*items[Attachment], error) {
	id, err := parseID(in.ID)
	if err == nil { // a stranger's ticket takes no megabytes
		err = s.DB.Read(ctx, func(tx *db.Tx) error { return exists(ctx, tx, id) })
	}
	if err != nil {
		return nil, err
	}
	sent, comment, err := s.receive(in)
	defer sent.files.Discard(ctx)
	if err != nil {
		return nil, err
	}
	out := &items[Attachment]{}
	out.Body.Items, err = s.AddAttachments(ctx, id, comment, sent.files)
	return out, err
}

func downloadOperation(id, path string) huma.Operation {
	op := operation(id, http.MethodGet, path, "Download an attachment", http.StatusOK)
	op.Responses = map[string]*huma.Response{"200": {
		Description: "The file", Content: map[string]*huma.MediaType{"*/*": {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
	}}
	op.Parameters = []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string", Format: "uuid"}}}
	return op
}

// download sends an attachment as a file to keep: a browser shows none of it as a
// page of ours.
func (c *core) download(w http.ResponseWriter, r *http.Request) error {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return fault.Missing("attachment")
	}
	a, content, err := c.Download(r.Context(), id)
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", a.ContentType)
	h.Set("Content-Length", strconv.FormatInt(a.SizeBytes, 10))
	h.Set("Content-Disposition", disposition(a.FileName))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, no-store")
	if _, err := io.Copy(w, content); err != nil {
		slog.InfoContext(r.Context(), "a download was broken off", "attachment", id, "error", err)
	}
	return nil
}

// disposition names a download twice, as RFC 6266 has it: in ASCII for old
// readers, and whole.
func disposition(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, name)
	return `attachment; filename="` + ascii + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
