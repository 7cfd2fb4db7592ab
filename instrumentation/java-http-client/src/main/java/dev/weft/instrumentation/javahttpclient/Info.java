package dev.weft.instrumentation.javahttpclient;

import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.ResponseInfo;

/** A response head, as a body handler sees it. */
record Info(int statusCode, HttpHeaders headers, HttpClient.Version version)
    implements ResponseInfo {}
