package upload

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"clientportal/internal/api"
	"clientportal/internal/fault"
)

// Request is an API's request, embedded in a call's input, whose files are read as
// they come in, not before.
type Request struct{ request *http.Request }

// Resolve implements huma.Resolver.
func (in *Request) Resolve(ctx huma.Context) []error {
	in.request, _ = humago.Unwrap(ctx)
	return nil
}

// Receive stores the request's files, of the field "file". The caller discards them.
func (s Store) Receive(in Request) (Form, error) {
	f, err := s.Read(in.request)
	if err != nil {
		return f, err
	}
	if f.Files == nil {
		return f, fault.New(fault.MediaType, "Send files as multipart/form-data, in the field file.")
	}
	f.Files.InField("file")
	return f, nil
}

// Describe says in the API's description what the upload at this path takes, with
// the fields that may stand beside the files. It is said after Huma has registered
// the call, so that Huma does not read the form.
func Describe(a *api.API, path string, fields ...string) {
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

// DownloadCall completes the description of a call that answers with a file, by the
// ids that its path names.
func DownloadCall(op huma.Operation, ids ...string) huma.Operation {
	op.Responses = map[string]*huma.Response{"200": {
		Description: "The file", Content: map[string]*huma.MediaType{"*/*": {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
	}}
	for _, id := range ids {
		op.Parameters = append(op.Parameters, &huma.Param{Name: id, In: "path", Required: true, Schema: &huma.Schema{Type: "string", Format: "uuid"}})
	}
	return op
}
