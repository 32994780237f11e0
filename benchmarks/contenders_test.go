package benchmarks_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/digitalocean/godo"
	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/benchmarks/stub"
	"github.com/google/go-github/v93/github"
	"github.com/hashicorp/go-retryablehttp"
	"github.com/hetznercloud/hcloud-go/v2/hcloud"
	"github.com/imroc/req/v3"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"golang.org/x/oauth2"
	"resty.dev/v3"
)

const (
	accept     = "application/json"
	userAgent  = "benchmark/1"
	version    = string(featurebase.APIVersionNova)
	maxRetries = 3
	maxBody    = 1 << 20
)

// contender is a client. new makes one that deletes at base, with the client's
// defaults, except that it doesn't wait before retries. Requests go through rt, or
// if that is nil, through the client's own transport.
type contender struct {
	name    string
	retries bool // whether it can repeat a request after a 503
	new     func(base string, rt http.RoundTripper) (deletion, error)
}

type deletion func(ctx context.Context, id string) (confirmation, error)

type confirmation struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Deleted bool   `json:"deleted"`
}

// failure is the error of those that have no type of their own for it.
type failure struct {
	Detail struct {
		Type    string `json:"type"`
		Code    string `json:"code"`
		Message string `json:"message"`
		Param   string `json:"param"`
		Status  int    `json:"status"`
	} `json:"error"`
}

func (f *failure) Error() string { return f.Detail.Message }

// The first one is what the others are compared with.
var contenders = []contender{
	{"byhand", true, byHand},
	{"careful", true, careful},
	{"retryablehttp", true, retrying},
	{"featurebase", true, thisLibrary},
	{"resty", true, restyClient},
	{"req", true, reqClient},
	{"openai", true, openAI},
	{"godo", true, digitalOcean},
	{"github", false, gitHub},
	{"hcloud", false, hetzner},
}

// byHand is what one writes without a library.
func byHand(base string, rt http.RoundTripper) (deletion, error) {
	client, token := &http.Client{Transport: rt}, stub.Token
	return func(ctx context.Context, id string) (confirmation, error) {
		for attempt := 0; ; attempt++ {
			req, err := http.NewRequestWithContext(ctx, http.MethodDelete, fmt.Sprintf("%s/v2/contacts/%s", base, id), nil)
			if err != nil {
				return confirmation{}, err
			}
			req.Header.Set("Authorization", "Bearer "+token)
			req.Header.Set("Featurebase-Version", version)
			req.Header.Set("Accept", accept)
			req.Header.Set("User-Agent", userAgent)
			resp, err := client.Do(req)
			if err != nil {
				return confirmation{}, err
			}
			body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
			resp.Body.Close()
			if err != nil {
				return confirmation{}, err
			}
			if resp.StatusCode < 500 || attempt == maxRetries {
				return decode(resp.StatusCode, body)
			}
		}
	}, nil
}

func decode(status int, body []byte) (c confirmation, err error) {
	if status != http.StatusOK {
		f := &failure{}
		if err := json.Unmarshal(body, f); err != nil {
			return c, err
		}
		return c, f
	}
	err = json.Unmarshal(body, &c)
	return c, err
}

// careful prepares once what never changes, and reads into buffers that are
// used again.
func careful(base string, rt http.RoundTripper) (deletion, error) {
	client := &http.Client{Transport: rt}
	root, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	prepared := &http.Request{Method: http.MethodDelete, Host: root.Host, Header: http.Header{
		"Authorization":       {"Bearer " + stub.Token},
		"Featurebase-Version": {version},
		"Accept":              {accept},
		"User-Agent":          {userAgent},
	}}
	buffers := sync.Pool{New: func() any { return new(bytes.Buffer) }}
	return func(ctx context.Context, id string) (confirmation, error) {
		u := *root
		u.Path += "/v2/contacts/" + id
		req := prepared.WithContext(ctx)
		req.URL = &u
		buf := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(buf)
		for attempt := 0; ; attempt++ {
			resp, err := client.Do(req)
			if err != nil {
				return confirmation{}, err
			}
			buf.Reset()
			_, err = buf.ReadFrom(io.LimitReader(resp.Body, maxBody))
			resp.Body.Close()
			if err != nil {
				return confirmation{}, err
			}
			if resp.StatusCode < 500 || attempt == maxRetries {
				return decode(resp.StatusCode, buf.Bytes())
			}
		}
	}, nil
}

// retrying is byHand with go-retryablehttp in the place of the loop.
func retrying(base string, rt http.RoundTripper) (deletion, error) {
	client, token := retryablehttp.NewClient(), stub.Token
	client.Logger = nil
	client.RetryMax, client.RetryWaitMin, client.RetryWaitMax = maxRetries, 0, 0
	if rt != nil {
		client.HTTPClient.Transport = rt
	}
	return func(ctx context.Context, id string) (confirmation, error) {
		req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodDelete, fmt.Sprintf("%s/v2/contacts/%s", base, id), nil)
		if err != nil {
			return confirmation{}, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Featurebase-Version", version)
		req.Header.Set("Accept", accept)
		req.Header.Set("User-Agent", userAgent)
		resp, err := client.Do(req)
		if err != nil {
			return confirmation{}, err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
		if err != nil {
			return confirmation{}, err
		}
		return decode(resp.StatusCode, body)
	}, nil
}

func thisLibrary(base string, rt http.RoundTripper) (deletion, error) {
	opts := []featurebase.Option{featurebase.WithBaseURL(base), featurebase.WithRetryWait(0, 0)}
	if rt != nil {
		opts = append(opts, featurebase.WithHTTPClient(&http.Client{Transport: rt}))
	}
	client, err := featurebase.NewClient(stub.Token, opts...)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, id string) (confirmation, error) {
		d, err := client.Contacts.Delete(ctx, id)
		if err != nil {
			return confirmation{}, err
		}
		return confirmation(*d), nil
	}, nil
}

func restyClient(base string, rt http.RoundTripper) (deletion, error) {
	client := resty.New().SetBaseURL(base).SetTransport(rt).
		SetAuthToken(stub.Token).
		SetHeader("Featurebase-Version", version).SetHeader("Accept", accept).SetHeader("User-Agent", userAgent).
		SetRetryCount(maxRetries).SetRetryWaitTime(0).SetRetryMaxWaitTime(0).AddRetryConditions(resty.RetryConditionStatus5XX).
		SetLoggerWarnLevel(true) // no warning about plain http
	return func(ctx context.Context, id string) (confirmation, error) {
		resp, err := client.R().SetContext(ctx).SetPathParam("id", id).
			SetResult(&confirmation{}).SetResultError(&failure{}).Delete("/v2/contacts/{id}")
		switch {
		case err != nil:
			return confirmation{}, err
		case resp.IsStatusFailure():
			return confirmation{}, resp.ResultError().(*failure)
		}
		return *resp.Result().(*confirmation), nil
	}, nil
}

func reqClient(base string, rt http.RoundTripper) (deletion, error) {
	client := req.C().SetBaseURL(base).
		SetCommonBearerAuthToken(stub.Token).
		SetCommonHeader("Featurebase-Version", version).SetCommonHeader("Accept", accept).SetUserAgent(userAgent).
		SetCommonRetryCount(maxRetries).SetCommonRetryFixedInterval(0).
		SetCommonRetryCondition(func(resp *req.Response, err error) bool { return err != nil || resp.StatusCode >= 500 })
	if rt != nil {
		client.GetTransport().WrapRoundTripFunc(func(http.RoundTripper) req.HttpRoundTripFunc { return rt.RoundTrip })
	}
	return func(ctx context.Context, id string) (c confirmation, err error) {
		f := &failure{}
		resp, err := client.R().SetContext(ctx).SetPathParam("id", id).
			SetSuccessResult(&c).SetErrorResult(f).Delete("/v2/contacts/{id}")
		if err == nil && resp.IsErrorState() {
			err = f
		}
		return c, err
	}, nil
}

func openAI(base string, rt http.RoundTripper) (deletion, error) {
	opts := []option.RequestOption{
		option.WithBaseURL(base), option.WithAPIKey(stub.Token),
		option.WithHeader("Featurebase-Version", version), option.WithHeader("User-Agent", userAgent),
		option.WithMaxRetries(maxRetries), option.WithMaxRetryDelay(time.Nanosecond),
	}
	if rt != nil {
		opts = append(opts, option.WithHTTPClient(&http.Client{Transport: rt}))
	}
	client := openai.NewClient(opts...)
	return func(ctx context.Context, id string) (c confirmation, err error) {
		err = client.Delete(ctx, "v2/contacts/"+id, nil, &c)
		return c, err
	}, nil
}

// digitalOcean is what godo.NewFromToken makes, but for the waits. Its retries
// come with a transport of their own, which can't be chosen beforehand.
func digitalOcean(base string, rt http.RoundTripper) (deletion, error) {
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: stub.Token})
	client, err := godo.New(oauth2.NewClient(context.Background(), source), godo.SetBaseURL(base), godo.SetUserAgent(userAgent),
		godo.SetRequestHeaders(map[string]string{"Featurebase-Version": version}),
		godo.WithRetryAndBackoffs(godo.RetryConfig{RetryMax: maxRetries, RetryWaitMin: new(0.0), RetryWaitMax: new(0.0)}))
	if err != nil {
		return nil, err
	}
	if rt != nil {
		retries := client.HTTPClient.Transport.(*oauth2.Transport).Base.(*retryablehttp.RoundTripper)
		retries.Client.HTTPClient.Transport = rt
	}
	return func(ctx context.Context, id string) (c confirmation, err error) {
		req, err := client.NewRequest(ctx, http.MethodDelete, "v2/contacts/"+id, nil)
		if err != nil {
			return c, err
		}
		_, err = client.Do(ctx, req, &c)
		return c, err
	}, nil
}

func gitHub(base string, rt http.RoundTripper) (deletion, error) {
	base += "/"
	opts := []github.ClientOptionsFunc{
		github.WithURLs(&base, nil), github.WithAuthToken(stub.Token), github.WithUserAgent(userAgent),
	}
	if rt != nil {
		opts = append(opts, github.WithTransport(rt))
	}
	client, err := github.NewClient(opts...)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, id string) (c confirmation, err error) {
		req, err := client.NewRequest(ctx, http.MethodDelete, "v2/contacts/"+id, nil)
		if err != nil {
			return c, err
		}
		req.Header.Set("Featurebase-Version", version)
		req.Header.Set("Accept", accept)
		_, err = client.Do(req, &c)
		return c, err
	}, nil
}

func hetzner(base string, rt http.RoundTripper) (deletion, error) {
	client := hcloud.NewClient(hcloud.WithEndpoint(base), hcloud.WithToken(stub.Token),
		hcloud.WithApplication("benchmark", "1"), hcloud.WithHTTPClient(&http.Client{Transport: rt}))
	return func(ctx context.Context, id string) (c confirmation, err error) {
		req, err := client.NewRequest(ctx, http.MethodDelete, "/v2/contacts/"+id, nil)
		if err != nil {
			return c, err
		}
		req.Header.Set("Featurebase-Version", version)
		_, err = client.Do(req, &c)
		return c, err
	}, nil
}
