"""Pictures used again, whole or in part, found by the keypoints a copy keeps."""
