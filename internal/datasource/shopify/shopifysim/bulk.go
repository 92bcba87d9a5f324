package shopifysim

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// bulk is an operation that runs by itself.
type bulk struct {
	id      string
	polls   int // until it is done
	status  string
	failure any // its errorCode
	created time.Time
	objects int
	roots   int
	file    []byte
}

func (e *execution) mutation() node {
	return node{
		"__typename":            "Mutation",
		"bulkOperationRunQuery": resolver(func(a map[string]any) any { return e.runBulk(a["query"]) }),
		"bulkOperationCancel":   resolver(func(a map[string]any) any { return e.cancelBulk(a["id"]) }),
	}
}

func (e *execution) runBulk(query any) node {
	refuse := func(code, message string) node {
		return node{"bulkOperation": node(nil), "userErrors": []node{{"code": code, "field": nil, "message": message}}}
	}
	if e.store.fails(BulkBusy) {
		return refuse("OPERATION_IN_PROGRESS", "A bulk query operation for this app and shop is already in progress")
	}
	text, _ := query.(string)
	doc, errs := gqlparser.LoadQueryWithRules(schema, text, rules.NewDefaultRules())
	if errs != nil {
		return refuse("INVALID", "Invalid bulk query: "+errs.Error())
	}
	set := doc.Operations[0].SelectionSet
	if len(set) != 1 || !isConnection(set[0]) {
		return refuse("INVALID", "Bulk queries must contain exactly one connection at their root")
	}
	b := &bulk{id: e.store.nextBulk(), polls: e.store.sim.world.Polls, status: "COMPLETED", created: e.now}
	e.store.bulks[b.id] = b
	e.write(b, doc)
	return node{"bulkOperation": node{"__typename": "BulkOperation", "id": b.id, "status": "CREATED"}, "userErrors": []node{}}
}

// bulksKept is how many files there are at once.
const bulksKept = 20

// nextBulk is the id of a new operation; the oldest one is forgotten for it.
func (s *Store) nextBulk() string {
	s.lastBulk++
	delete(s.bulks, gid("BulkOperation", s.lastBulk-bulksKept))
	return gid("BulkOperation", s.lastBulk)
}

func isConnection(selection ast.Selection) bool {
	f, ok := selection.(*ast.Field)
	return ok && strings.HasSuffix(f.Definition.Type.Name(), "Connection")
}

func (e *execution) cancelBulk(id any) node {
	text, _ := id.(string)
	if b := e.store.bulks[text]; b != nil && b.polls > 0 {
		b.status, b.polls, b.file = "CANCELED", 0, nil
	}
	return node{"bulkOperation": e.bulkNode(text), "userErrors": []node{}}
}

func (e *execution) bulkNode(id string) node {
	b := e.store.bulks[id]
	if b == nil {
		return nil
	}
	n := node{"__typename": "BulkOperation", "id": id, "status": "RUNNING", "createdAt": when(b.created, e.now), "objectCount": "0", "rootObjectCount": "0"}
	if b.polls > 0 {
		b.polls--
		return n
	}
	n["status"], n["errorCode"], n["completedAt"] = b.status, b.failure, when(e.now, e.now)
	n["objectCount"], n["rootObjectCount"], n["fileSize"] = strconv.Itoa(b.objects), strconv.Itoa(b.roots), strconv.Itoa(len(b.file))
	if b.status == "COMPLETED" && b.objects > 0 {
		n["url"] = e.host + "/" + e.store.Name + "/bulk/" + id[strings.LastIndex(id, "/")+1:]
	}
	return n
}

// write runs the query for its file: a line for each object, those of a connection
// inside after their parent and with its id.
func (e *execution) write(b *bulk, doc *ast.QueryDocument) {
	inner := &execution{store: e.store, now: e.now, host: e.host, variables: map[string]any{}, fragments: doc.Fragments, whole: true}
	var file bytes.Buffer
	root := doc.Operations[0].SelectionSet[0].(*ast.Field)
	inner.writeConnection(&file, b, root, inner.query(), "")
	if len(inner.problems) > 0 {
		b.status, b.failure = "FAILED", "ACCESS_DENIED"
		if inner.problems[0].Extensions["code"] != accessDenied {
			b.failure = "INTERNAL_SERVER_ERROR"
		}
	}
	if e.store.fails(BulkFailed) {
		b.status, b.failure = "FAILED", "INTERNAL_SERVER_ERROR"
	}
	b.file = file.Bytes()
}

func (e *execution) writeConnection(file *bytes.Buffer, b *bulk, f *ast.Field, parent node, parentID string) {
	inside := nodeSelection(f)
	if inside == nil {
		return
	}
	resolve, _ := parent[f.Name].(resolver)
	value := resolve(f.ArgumentMap(e.variables))
	if d, ok := e.refused(f, value); ok {
		e.problems = append(e.problems, d)
		return
	}
	page, _ := value.(node)
	nodes, _ := page["nodes"].([]node)
	for _, n := range nodes {
		e.writeNode(file, b, inside, n, parentID)
	}
}

func (e *execution) writeNode(file *bytes.Buffer, b *bulk, set ast.SelectionSet, n node, parentID string) {
	var plain ast.SelectionSet
	var lists []*ast.Field
	for _, f := range e.fields(set, n) {
		if isConnection(f) {
			lists = append(lists, f)
			continue
		}
		plain = append(plain, f)
	}
	out, _ := e.object(plain, n, nil)
	if out == nil {
		return
	}
	b.objects++
	if parentID == "" {
		b.roots++
	} else {
		out["__parentId"] = parentID
	}
	_ = json.NewEncoder(file).Encode(out) // into memory
	id, _ := n["id"].(string)
	for _, f := range lists {
		e.writeConnection(file, b, f, n, id)
	}
}

// nodeSelection is what is asked of each object of a connection.
func nodeSelection(f *ast.Field) ast.SelectionSet {
	for _, selection := range f.SelectionSet {
		if sub, ok := selection.(*ast.Field); ok {
			switch sub.Name {
			case "nodes", "node":
				return sub.SelectionSet
			case "edges":
				return nodeSelection(sub)
			}
		}
	}
	return nil
}

func (s *Store) serveBulkFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.bulks["gid://shopify/BulkOperation/"+r.PathValue("id")]
	if b == nil || r.Header.Get("X-Shopify-Access-Token") != "" {
		http.NotFound(w, r)
		return
	}
	file := b.file
	if s.fails(BulkTruncated) {
		lines := bytes.SplitAfter(file, []byte("\n"))
		file = bytes.Join(lines[:len(lines)/2], nil)
	}
	if s.fails(BulkCutLine) {
		file = file[:len(file)-20]
	}
	w.Header().Set("Content-Type", "application/jsonl")
	w.Write(file)
}
