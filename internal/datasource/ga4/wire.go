package ga4

import (
	"encoding/json"
	"strings"
)

// The shapes of the Data API, as far as they are used. Integers of 64 bits are strings
// in its JSON.

type name struct {
	Name string `json:"name"`
}

type dateRange struct {
	StartDate string `json:"startDate"`
	EndDate   string `json:"endDate"`
}

type orderBy struct {
	Dimension struct {
		DimensionName string `json:"dimensionName"`
	} `json:"dimension"`
}

type reportRequest struct {
	DateRanges          []dateRange `json:"dateRanges,omitempty"` // a cohort report has none
	Dimensions          []name      `json:"dimensions,omitempty"`
	Metrics             []name      `json:"metrics"`
	CohortSpec          *cohortSpec `json:"cohortSpec,omitempty"`
	OrderBys            []orderBy   `json:"orderBys,omitempty"`
	Limit               int64       `json:"limit,string"`
	Offset              int64       `json:"offset,string"`
	KeepEmptyRows       bool        `json:"keepEmptyRows"`
	ReturnPropertyQuota bool        `json:"returnPropertyQuota"`
}

type cohortSpec struct {
	Cohorts      []cohort     `json:"cohorts"`
	CohortsRange cohortsRange `json:"cohortsRange"`
}

type cohort struct {
	Name      string    `json:"name"`
	Dimension string    `json:"dimension"` // only firstSessionDate
	DateRange dateRange `json:"dateRange"`
}

type cohortsRange struct {
	Granularity string `json:"granularity"`
	StartOffset int    `json:"startOffset"`
	EndOffset   int    `json:"endOffset"`
}

type batchRequest struct {
	Requests []reportRequest `json:"requests"`
}

type batchAnswer struct {
	Reports []reportAnswer `json:"reports"`
}

type reportAnswer struct {
	DimensionHeaders []name         `json:"dimensionHeaders"`
	MetricHeaders    []metricHeader `json:"metricHeaders"`
	Rows             []row          `json:"rows"`     // absent when the report is empty
	RowCount         *int64         `json:"rowCount"` // absent too
	Metadata         metadata       `json:"metadata"`
	PropertyQuota    *quota         `json:"propertyQuota"`
}

type metricHeader struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

type row struct {
	DimensionValues []value `json:"dimensionValues"`
	MetricValues    []value `json:"metricValues"`
}

type value struct {
	Value string `json:"value"`
}

type metadata struct {
	CurrencyCode          string            `json:"currencyCode"`
	TimeZone              string            `json:"timeZone"`
	SubjectToThresholding bool              `json:"subjectToThresholding"`
	DataLossFromOtherRow  bool              `json:"dataLossFromOtherRow"`
	SamplingMetadatas     []json.RawMessage `json:"samplingMetadatas"`
	DataTruncationReasons []json.RawMessage `json:"dataTruncationReasons"`
	SchemaRestriction     struct {
		ActiveMetricRestrictions []struct {
			MetricName string `json:"metricName"`
		} `json:"activeMetricRestrictions"`
	} `json:"schemaRestrictionResponse"`
}

// restricts reports whether the account's role withholds a metric: its zeros say nothing.
func (m metadata) restricts(api string) bool {
	for _, r := range m.SchemaRestriction.ActiveMetricRestrictions {
		if r.MetricName == api {
			return true
		}
	}
	return false
}

type quota struct {
	TokensPerDay            quotaStatus `json:"tokensPerDay"`
	TokensPerHour           quotaStatus `json:"tokensPerHour"`
	TokensPerProjectPerHour quotaStatus `json:"tokensPerProjectPerHour"`
	ServerErrors            quotaStatus `json:"serverErrorsPerProjectPerHour"`
	ConcurrentRequests      quotaStatus `json:"concurrentRequests"`
	Thresholded             quotaStatus `json:"potentiallyThresholdedRequestsPerHour"`
}

type quotaStatus struct {
	Consumed  int `json:"consumed"`
	Remaining int `json:"remaining"`
}

// schema is the answer of properties/{id}/metadata.
type schema struct {
	Dimensions []struct {
		APIName string `json:"apiName"`
	} `json:"dimensions"`
	Metrics []struct {
		APIName        string   `json:"apiName"`
		BlockedReasons []string `json:"blockedReasons"`
	} `json:"metrics"`
}

type compatibilityRequest struct {
	Dimensions []name `json:"dimensions"`
	Metrics    []name `json:"metrics"`
}

type compatibilityAnswer struct {
	Metrics []struct {
		Compatibility  string `json:"compatibility"`
		MetricMetadata struct {
			APIName string `json:"apiName"`
		} `json:"metricMetadata"`
	} `json:"metricCompatibilities"`
}

// apiError is Google's error body.
type apiError struct {
	Error struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Status  string `json:"status"`
		Details []struct {
			Reason   string            `json:"reason"`
			Metadata map[string]string `json:"metadata"`
		} `json:"details"`
	} `json:"error"`
}

// reason is the first reason that the details name: "ACCESS_TOKEN_SCOPE_INSUFFICIENT".
func (e apiError) reason() string {
	for _, d := range e.Error.Details {
		if d.Reason != "" {
			return d.Reason
		}
	}
	return ""
}

// perMinute reports whether the quota that ended is Google Cloud's own, of a minute.
func (e apiError) perMinute() bool {
	for _, d := range e.Error.Details {
		if strings.Contains(d.Metadata["quota_limit"], "PerMinute") || strings.Contains(d.Metadata["quota_unit"], "min") {
			return true
		}
	}
	return false
}
