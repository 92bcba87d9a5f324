package ga4sim

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultLimit = 10_000
	greatest     = 250_000
)

// data serves the calls of a property: runReport, batchRunReports, checkCompatibility.
func (s *Sim) data(w http.ResponseWriter, r *http.Request) {
	id, method, _ := strings.Cut(r.PathValue("call"), ":")
	p, fault, ok := s.admit(w, r, id, method)
	if !ok {
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		invalid("Request payload size exceeds the limit.").send(w)
		return
	}
	var answer any
	var bad *problem
	switch method {
	case "runReport":
		var q reportRequest
		if bad = read(body, &q); bad == nil {
			answer, bad = s.report(p, &q, fault)
		}
	case "batchRunReports":
		answer, bad = s.batch(p, body, fault)
	case "checkCompatibility":
		answer, bad = s.compatibility(p, body)
	default:
		bad = &problem{http.StatusNotFound, "NOT_FOUND", "The requested URL was not found on this server.", ""}
	}
	if bad != nil {
		bad.send(w)
		return
	}
	fault.send(w, answer)
}

func (s *Sim) batch(p Property, body []byte, fault Kind) (any, *problem) {
	var q struct {
		Requests []reportRequest `json:"requests"`
	}
	if bad := read(body, &q); bad != nil {
		return nil, bad
	}
	if len(q.Requests) > 5 {
		return nil, invalid("Batch requests are limited to 5 requests. This request has %d requests.", len(q.Requests))
	}
	reports := make([]any, len(q.Requests))
	for i := range q.Requests {
		var bad *problem
		if reports[i], bad = s.report(p, &q.Requests[i], fault); bad != nil {
			return nil, bad
		}
	}
	return object{"kind": "analyticsData#batchRunReports", "reports": reports}, nil
}

type object map[string]any

// report answers one request.
func (s *Sim) report(p Property, q *reportRequest, fault Kind) (any, *problem) {
	if bad := q.check(); bad != nil {
		return nil, bad
	}
	if bad := s.spend(p); bad != nil {
		return nil, bad
	}
	lines, bad := s.run(p, q)
	if bad != nil {
		return nil, bad
	}
	page := lines[min(int(q.Offset.n), len(lines)):]
	limit := int64(defaultLimit)
	if q.Limit.set {
		limit = min(q.Limit.n, greatest)
	}
	page = fault.page(page[:min(limit, int64(len(page)))], lines)
	answer := object{
		"kind":             "analyticsData#runReport",
		"dimensionHeaders": headers(q), "metricHeaders": metricHeaders(q.Metrics),
		"metadata": s.about(p, q, fault),
	}
	if rows := rowsOf(p, q, page, fault); len(rows) > 0 {
		answer["rows"] = rows
	}
	if len(lines) > 0 && fault != NoRowCount {
		answer["rowCount"] = len(lines)
	}
	if q.ReturnPropertyQuota {
		answer["propertyQuota"] = s.quota(p)
	}
	return answer, nil
}

func headers(q *reportRequest) []named {
	list := slices.Clone(q.Dimensions)
	if len(q.DateRanges) > 1 {
		list = append(list, named{"dateRange"})
	}
	return list
}

func metricHeaders(metrics []named) []object {
	list := make([]object, len(metrics))
	for i, m := range metrics {
		f, _ := findMetric(m.Name)
		list[i] = object{"name": m.Name, "type": f.kind}
	}
	return list
}

func rowsOf(p Property, q *reportRequest, lines []line, fault Kind) []object {
	rows := make([]object, len(lines))
	for i, l := range lines {
		values := make([]object, len(q.Metrics))
		for j, m := range q.Metrics {
			f, _ := findMetric(m.Name)
			text := l.value(f)
			if slices.Contains(p.Denied, m.Name) {
				text = "0" // as the real system does for what a role withholds
			}
			values[j] = object{"value": fault.number(text)}
		}
		dims := make([]object, len(l.dims))
		for j, d := range l.dims {
			dims[j] = object{"value": d}
		}
		rows[i] = object{"metricValues": values}
		if len(dims) > 0 {
			rows[i]["dimensionValues"] = dims
		}
	}
	return rows
}

// about is the metadata of a report.
func (s *Sim) about(p Property, q *reportRequest, fault Kind) object {
	m := object{"currencyCode": p.Currency, "timeZone": p.Zone}
	var restricted []object
	for _, x := range q.Metrics {
		if slices.Contains(p.Denied, x.Name) {
			restricted = append(restricted, object{"metricName": x.Name, "restrictedMetricTypes": []string{"REVENUE_DATA"}})
		}
	}
	if len(restricted) > 0 {
		m["schemaRestrictionResponse"] = object{"activeMetricRestrictions": restricted}
	}
	switch fault {
	case Thresholding:
		m["subjectToThresholding"] = true
	case OtherRow:
		m["dataLossFromOtherRow"] = true
	case Sampling:
		m["samplingMetadatas"] = []object{{"samplesReadCount": "250000", "samplingSpaceSize": "1000000"}}
	case Truncation:
		m["dataTruncationReasons"] = []object{{"dataTruncationType": "DATA_TRUNCATION_TYPE_PROPERTY"}}
	}
	return m
}

// metadata lists the fields, with the reasons for which some are blocked.
func (s *Sim) metadata(w http.ResponseWriter, r *http.Request) {
	p, fault, ok := s.admit(w, r, r.PathValue("id"), "metadata")
	if !ok {
		return
	}
	var dimensions, metrics []object
	for _, d := range dimensionFields {
		dimensions = append(dimensions, describeDimension(d))
	}
	for _, m := range metricFields {
		metrics = append(metrics, describeMetric(p, m))
	}
	fault.send(w, object{"name": "properties/" + p.ID + "/metadata", "dimensions": dimensions, "metrics": metrics})
}

func describeDimension(d dimensionField) object {
	return object{"apiName": d.name, "uiName": d.label, "description": d.label + ".", "category": d.category}
}

func describeMetric(p Property, m metricField) object {
	o := object{"apiName": m.name, "uiName": m.label, "description": m.label + ".", "category": m.category, "type": m.kind}
	if slices.Contains(p.Denied, m.name) {
		o["blockedReasons"] = []string{"NO_REVENUE_METRICS"}
	}
	return o
}

// compatibility tells which fields go with those of the request.
func (s *Sim) compatibility(p Property, body []byte) (any, *problem) {
	var q struct {
		Dimensions          []named         `json:"dimensions"`
		Metrics             []named         `json:"metrics"`
		DimensionFilter     json.RawMessage `json:"dimensionFilter"`
		MetricFilter        json.RawMessage `json:"metricFilter"`
		CompatibilityFilter string          `json:"compatibilityFilter"`
	}
	if bad := read(body, &q); bad != nil {
		return nil, bad
	}
	if bad := checkFields(q.Dimensions, nil); bad != nil {
		return nil, bad
	}
	var dimensions, metrics []object
	for _, d := range dimensionFields {
		dimensions = append(dimensions, object{"compatibility": "COMPATIBLE", "dimensionMetadata": describeDimension(d)})
	}
	for _, m := range metricFields {
		state := "COMPATIBLE"
		for _, d := range q.Dimensions {
			if field, _ := findDimension(d.Name); !together(field, m) {
				state = "INCOMPATIBLE"
			}
		}
		metrics = append(metrics, object{"compatibility": state, "metricMetadata": describeMetric(p, m)})
	}
	return object{"dimensionCompatibilities": dimensions, "metricCompatibilities": metrics}, nil
}

func sendJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	w.Write(b)
}
