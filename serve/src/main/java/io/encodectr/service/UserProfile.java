package io.encodectr.service;

import io.encodectr.dataset.Column;
import io.encodectr.generation.UserInterests;
import io.encodectr.generation.UserInterests.Feature;
import io.encodectr.generation.UserInterests.Members;
import io.encodectr.model.Model;
import io.encodectr.scoring.UserEvents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a user.
 *
 * @param model fingerprint of the model in service
 * @param generation id of the generation that was read
 * @param id the user's id
 * @param known whether the generation knows the user
 * @param asOf behaviors before this time are in the interests
 * @param behaviors how many behaviors the user had before that
 * @param represented how many of them the interests stand for
 * @param features the user's columns: values of categorical ones, numbers in [0, 1) of the others
 * @param interests what the history was clustered into
 * @param recent the last stored behaviors, oldest first
 * @param events what the user did since, as far as scores read it, oldest first
 */
public record UserProfile(
    String model,
    String generation,
    String id,
    boolean known,
    long asOf,
    int behaviors,
    int represented,
    Map<String, Object> features,
    List<Interest> interests,
    List<Behavior> recent,
    List<Behavior> events) {
  /**
   * An interest.
   *
   * @param mass how many behaviors are in its cluster
   * @param members its heaviest items, at most 8
   */
  public record Interest(int mass, List<Member> members) {}

  /**
   * An item of a cluster.
   *
   * @param name display name, or null
   * @param weight its share of the cluster's weights
   */
  public record Member(String item, @Nullable String name, float weight) {}

  /**
   * What the user did.
   *
   * @param name display name of the item, or null
   * @param time in seconds since the epoch
   */
  public record Behavior(String item, @Nullable String name, long time) {}

  /** Puts together what a pair and the events say of a user; null: not known to the pair. */
  static UserProfile of(
      ScoringPair pair, String id, @Nullable UserInterests user, UserEvents events) {
    Model model = pair.model();
    return new UserProfile(
        pair.fingerprint(),
        pair.generation(),
        id,
        user != null,
        pair.manifest().asOf(),
        user == null ? 0 : user.behaviors(),
        user == null ? 0 : user.represented(),
        user == null ? Map.of() : features(model, user),
        user == null ? List.of() : interests(model, user),
        user == null ? List.of() : recent(model, user),
        events(model, events));
  }

  private static Map<String, Object> features(Model model, UserInterests user) {
    List<Column> columns = model.spec().schema().user();
    Map<String, Object> features = new LinkedHashMap<>();
    for (int c = 0; c < columns.size() && c < user.features().length; c++) {
      Feature feature = user.features()[c];
      List<String> values = new ArrayList<>();
      for (int code : feature.codes()) {
        values.add(model.userVocabularies().value(c, code));
      }
      features.put(columns.get(c).name(), feature.continuous() ? feature.number() : values);
    }
    return features;
  }

  private static List<Interest> interests(Model model, UserInterests user) {
    List<Interest> interests = new ArrayList<>();
    for (int k = 0; k < user.count(); k++) {
      Members stored = user.members()[k];
      List<Member> members = new ArrayList<>();
      for (int i = 0; i < stored.items().length; i++) {
        int item = stored.items()[i];
        members.add(
            new Member(model.itemIds().id(item), model.itemName(item), stored.weights()[i]));
      }
      interests.add(new Interest(user.masses()[k], members));
    }
    return interests;
  }

  private static List<Behavior> recent(Model model, UserInterests user) {
    List<Behavior> recent = new ArrayList<>();
    for (int i = 0; i < user.recentItems().length; i++) {
      int item = user.recentItems()[i];
      recent.add(
          new Behavior(model.itemIds().id(item), model.itemName(item), user.recentTimes()[i]));
    }
    return recent;
  }

  private static List<Behavior> events(Model model, UserEvents events) {
    List<Behavior> behaviors = new ArrayList<>();
    for (int i = 0; i < events.count(); i++) {
      String item = events.items().get(i);
      int index = model.itemIds().indexOf(item);
      behaviors.add(
          new Behavior(item, index < 0 ? null : model.itemName(index), events.times()[i]));
    }
    return behaviors;
  }
}
