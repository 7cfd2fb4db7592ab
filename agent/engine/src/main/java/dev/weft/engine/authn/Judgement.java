package dev.weft.engine.authn;

/** What one rule thinks of one token. */
sealed interface Judgement permits VerifiedToken, TokenStatus {}
