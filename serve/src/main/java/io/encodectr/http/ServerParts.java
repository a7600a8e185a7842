package io.encodectr.http;

import io.encodectr.service.Activation;
import io.encodectr.service.ArtifactFolders;
import io.encodectr.service.Readiness;
import io.encodectr.service.ScoringService;

/**
 * What a server serves.
 *
 * @param service what scores
 * @param activation what brings pairs into service
 * @param folders where artefacts may lie
 * @param readiness whether requests should come
 */
public record ServerParts(
    ScoringService service, Activation activation, ArtifactFolders folders, Readiness readiness) {}
