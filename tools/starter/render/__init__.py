# SPDX-License-Identifier: Apache-2.0
"""Procedural captioned landscapes: scene graph, pictures and captions."""
